"""Idempotency keys: the same POST asked twice has one effect and one answer.

The answer is kept in the transaction that made the change, so that a kill leaves both or none
(draft-ietf-httpapi-idempotency-key-header).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Response, g, request
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.foundation.failures import Conflict, Invalid
from shared.foundation.sentences import said
from shared.web.bodies import json_body
from shared.web.context import current_session, now, service
from shared.web.identity import asker
from shared.web.tables import idempotency_keys
from shared.web.uploads import MULTIPART

LONGEST_KEY: Final = 255
KEPT_HEADERS: Final = ("Content-Type", "Location")
HASH_BYTES: Final = 8
FIRST_ERROR_STATUS: Final = 400
_in_order = json.JSONEncoder(sort_keys=True).encode
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Asked:
    """A POST with a key: hashes of who, where and key; and of the body."""

    key_hash: str
    body_hash: str

    @property
    def lock_number(self) -> int:
        """A signed 64-bit number for an advisory lock."""
        return int.from_bytes(bytes.fromhex(self.key_hash)[:HASH_BYTES], signed=True)


def asked_with_key() -> Asked | None:
    """The key of this request, if it has one. Raises Invalid for one too long."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return None
    if len(key) > LONGEST_KEY:
        raise Invalid(
            said("Idempotency-Key is longer than %(longest)s characters.", longest=LONGEST_KEY)
        )
    who = asker()
    scope = "\n".join((who.link or who.name, request.path, key))
    # Read whole before any part of a form is, so that the view finds it too.
    raw = request.get_data(cache=True)
    body = _form() if request.mimetype == MULTIPART else _as_object(raw)
    return Asked(hashlib.sha256(scope.encode()).hexdigest(), hashlib.sha256(body).hexdigest())


def _as_object(raw: bytes) -> bytes:
    """The body with the fields of its objects in one order; as it is where it is no JSON."""
    try:
        return _in_order(json_body()).encode()
    except (ValueError, RecursionError):
        return raw


def _form() -> bytes:
    """The form's parts without the boundary between them, which each request draws anew."""
    parts: list[tuple[str, ...]] = list(request.form.items(multi=True))
    for name, file in request.files.items(multi=True):
        digest = hashlib.sha256(file.read()).hexdigest()
        file.stream.seek(0)
        parts.append((name, file.filename or "", digest))
    return json.dumps(sorted(parts)).encode()


def kept_answer(asked: Asked) -> Response | None:
    """The answer kept for the key.

    Raises Invalid when the body differs, Conflict while the first request is still running.
    """
    session = current_session()
    query = select(
        idempotency_keys.c.body_hash,
        idempotency_keys.c.status,
        idempotency_keys.c.headers,
        idempotency_keys.c.body,
    ).where(idempotency_keys.c.key_hash == asked.key_hash)
    if not service().database.is_sqlite:
        _lock(session, asked)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    if row.body_hash != asked.body_hash:
        raise Invalid(
            "This Idempotency-Key was used with another body. Use a new key.",
            code="idempotency_key_reused",
        )
    response = Response(row.body, status=row.status)
    response.headers.update(json.loads(row.headers))
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _lock(session: Session, asked: Asked) -> None:
    if not session.scalar(select(func.pg_try_advisory_xact_lock(asked.lock_number))):
        raise Conflict(
            "The first request with this Idempotency-Key is still running; ask again soon.",
            code="idempotency_key_running",
        )


def keep_answer(asked: Asked, response: Response) -> None:
    """Keep the answer with the change it tells of; only success is kept."""
    if g.get("session") is None:
        return
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    if "etag" in g:
        headers["ETag"] = g.etag
    values = {
        "key_hash": asked.key_hash,
        "body_hash": asked.body_hash,
        "status": response.status_code,
        "headers": json.dumps(headers),
        "body": response.get_data(as_text=True),
        "kept_at": now(),
    }
    try:
        current_session().execute(insert(idempotency_keys), [values])
    except IntegrityError as error:
        raise Conflict("The same Idempotency-Key was used at the same moment.") from error


def once(answer: Callable[[], Response]) -> Response:
    """Answer the request, or answer as before when its Idempotency-Key was used before."""
    asked = asked_with_key()
    kept = kept_answer(asked) if asked else None
    if kept is not None:
        return kept
    response = answer()
    if asked and response.status_code < FIRST_ERROR_STATUS:
        keep_answer(asked, response)
    return response


def keeps_own_answer(view: View) -> View:
    """Mark a view whose answers are not kept: it keeps its own, or they hold a token."""
    view.keeps_own_answer = True  # type: ignore[attr-defined]
    return view

"""The hot path of registering: one statement on PostgreSQL, the answer kept with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from services.events.actions.registering import Registered
from services.events.model import Registration
from services.events.model.admission import Admission, admit
from shared.contracts.events import RegistrationConfirmed, RegistrationQueued
from shared.contracts.message import Told, to_envelope
from shared.database import Database
from shared.foundation.ids import new_id
from shared.foundation.logs import current_traceparent

WAITING: Final = {"state": "waiting", "place": -1}
"""As `model.admission.PLACEHOLDER` has it: the statement puts the place in."""
COLUMNS: Final = [
    "id",
    "workshop_id",
    "person_id",
    "organisation_id",
    "name",
    "name_key",
    "email",
    "email_key",
    "locale",
    "secret",
]


@dataclass(frozen=True)
class KeptUnder:
    """The idempotency key that the answer is kept under; None: the request has none."""

    key_hash: str | None = None
    body_hash: str | None = None
    headers: str = "{}"


def admit_at_once(
    database: Database,
    registration: Registration,
    kept: KeptUnder,
    *,
    answer: Callable[[Registered], dict[str, Any]],
    actor: str,
    now: datetime,
) -> str | None:
    """Register in one statement; the answer's JSON, or None when it takes the longer way.

    registration: new, confirmed, in no session. answer: the response's plain values.
    Tells RegistrationConfirmed or RegistrationQueued, as `registering.register` does.
    """
    told = Told(
        id=new_id(),
        message=RegistrationConfirmed(registration=registration.told_as()),
        time=now,
        traceparent=current_traceparent(),
    )
    envelope, plain = to_envelope(told), answer(Registered(registration))
    admission = Admission(
        **{name: getattr(registration, name) for name in COLUMNS},
        answers=_as_text(registration.answers),
        actor=actor,
        now=now,
        message_id=told.id,
        confirmed_type=RegistrationConfirmed.type,
        waiting_type=RegistrationQueued.type,
        confirmed_envelope=_as_text(envelope),
        waiting_envelope=_as_text(_queued(envelope)),
        confirmed_answer=_as_text(plain),
        waiting_answer=_as_text(plain | WAITING),
        **vars(kept),
    )
    place = _run(database, admission)
    if place is None:
        return None
    database.poke()
    if place == 0:
        return admission.confirmed_answer
    return admission.waiting_answer.replace(admission.placeholder, f'"place":{place}')


def _as_text(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _queued(envelope: dict[str, Any]) -> dict[str, Any]:
    """The same envelope for the other outcome."""
    kind = RegistrationQueued.type
    state = envelope["data"]["registration"] | WAITING
    schema = {"dataschema": f"urn:plenary:message:{kind}"}
    return envelope | schema | {"type": kind, "data": {"registration": state}}


def _run(database: Database, admission: Admission) -> int | None:
    try:
        return admit(database, admission)
    except IntegrityError:
        return None

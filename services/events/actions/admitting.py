"""The hot path of registering: one statement on PostgreSQL, the answer kept with it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from services.events.model.admission import Admission, admit
from services.events.model.registration import state_of
from shared.contracts.events import RegistrationConfirmed, RegistrationQueued
from shared.contracts.message import Told, data_schema_of, to_envelope
from shared.database import Database
from shared.foundation.ids import new_id
from shared.foundation.logs import current_traceparent

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
    columns: Mapping[str, Any],
    kept: KeptUnder,
    *,
    answer: Callable[[Mapping[str, Any]], dict[str, Any]],
    actor: str,
    now: datetime,
) -> str | None:
    """Register in one statement; the answer's JSON, or None when it takes the longer way.

    columns: of a new, confirmed registration. answer: from them to the response's plain values.
    Tells RegistrationConfirmed or RegistrationQueued, as `registering.register` does.
    """
    told = Told(
        id=new_id(),
        message=RegistrationConfirmed(registration=state_of(columns)),
        time=now,
        traceparent=current_traceparent(),
    )
    admission = Admission(
        **{name: columns[name] for name in COLUMNS},
        answers=_as_text(columns["answers"]),
        actor=actor,
        now=now,
        message_id=told.id,
        confirmed_type=RegistrationConfirmed.type,
        waiting_type=RegistrationQueued.type,
        waiting_schema=data_schema_of(RegistrationQueued),
        envelope=_as_text(to_envelope(told)),
        answer=_as_text(answer(columns)),
        **vars(kept),
    )
    answered = _run(database, admission)
    if answered is not None:
        database.poke()
    return answered


def _as_text(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _run(database: Database, admission: Admission) -> str | None:
    try:
        return admit(database, admission)
    except IntegrityError:
        return None

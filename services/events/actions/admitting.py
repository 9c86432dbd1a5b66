"""The hot path of registering: one statement on PostgreSQL, the answer kept with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.events.actions.registering import Registered
from services.events.model import Registration
from services.events.model.admission import Admission, admit
from shared.contracts.events import RegistrationConfirmed, RegistrationQueued
from shared.contracts.message import Told
from shared.database import Database
from shared.foundation.ids import new_id
from shared.foundation.logs import current_traceparent
from shared.messaging.outbox import outbox_row

UNKNOWN_PLACE: Final = -1
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
    answer: Callable[[Registered], str],
    actor: str,
    now: datetime,
) -> str | None:
    """Register in one statement; the answer's text, or None when it takes the longer way.

    registration: new, in no session. answer: the response's JSON for an outcome; asked for both.
    Tells RegistrationConfirmed or RegistrationQueued, as `registering.register` does.
    """
    told_as = _Telling(new_id(), current_traceparent(), now)
    registration.state = "waiting"
    waiting = told_as.envelope(RegistrationQueued, registration, UNKNOWN_PLACE)
    waiting_answer = answer(Registered(registration, UNKNOWN_PLACE))
    registration.state = "confirmed"
    confirmed = told_as.envelope(RegistrationConfirmed, registration, None)
    confirmed_answer = answer(Registered(registration))
    admission = Admission(
        **{name: getattr(registration, name) for name in COLUMNS},
        answers=json.dumps(registration.answers, ensure_ascii=False),
        actor=actor,
        now=now,
        message_id=told_as.message_id,
        confirmed_type=RegistrationConfirmed.type,
        waiting_type=RegistrationQueued.type,
        confirmed_envelope=confirmed,
        waiting_envelope=waiting,
        confirmed_answer=confirmed_answer,
        waiting_answer=waiting_answer,
        **vars(kept),
    )
    place = _run(database, admission)
    if place is None:
        return None
    database.poke()
    if place == 0:
        return confirmed_answer
    return waiting_answer.replace(admission.placeholder, f'"place":{place}')


@dataclass(frozen=True)
class _Telling:
    """One message's envelope for each of the two outcomes."""

    message_id: UUID
    traceparent: str
    now: datetime

    def envelope(self, kind: type[Any], registration: Registration, place: int | None) -> str:
        message = kind(registration=registration.told_as(place=place))
        told = Told(
            id=self.message_id, message=message, time=self.now, traceparent=self.traceparent
        )
        return str(outbox_row(told)["envelope"])


def _run(database: Database, admission: Admission) -> int | None:
    try:
        with database.statement() as connection:
            return admit(connection, admission)
    except IntegrityError:
        return None

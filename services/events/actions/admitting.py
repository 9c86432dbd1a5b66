"""The hot path of registering: one statement on PostgreSQL, the answer kept with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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

UNKNOWN_PLACE = -1


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
    message_id, traceparent = new_id(), current_traceparent()

    def envelope(kind: type[Any], place: int | None) -> dict[str, Any]:
        message = kind(registration=registration.told_as(place=place))
        told = Told(id=message_id, message=message, time=now, traceparent=traceparent)
        return outbox_row(told)

    registration.state = "waiting"
    waiting = envelope(RegistrationQueued, UNKNOWN_PLACE)
    waiting_answer = answer(Registered(registration, UNKNOWN_PLACE))
    registration.state = "confirmed"
    confirmed = envelope(RegistrationConfirmed, None)
    confirmed_answer = answer(Registered(registration))
    admission = Admission(
        id=registration.id,
        workshop_id=registration.workshop_id,
        person_id=registration.person_id,
        organisation_id=registration.organisation_id,
        name=registration.name,
        name_key=registration.name_key,
        email=registration.email,
        email_key=registration.email_key,
        locale=registration.locale,
        answers=json.dumps(registration.answers, ensure_ascii=False),
        secret=registration.secret,
        actor=actor,
        now=now,
        message_id=message_id,
        confirmed_type=str(confirmed["type"]),
        waiting_type=str(waiting["type"]),
        confirmed_envelope=str(confirmed["envelope"]),
        waiting_envelope=str(waiting["envelope"]),
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


def _run(database: Database, admission: Admission) -> int | None:
    try:
        with database.statement() as connection:
            return admit(connection, admission)
    except IntegrityError:
        return None

"""The hot path of registering: one statement on PostgreSQL, the answer kept with it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.events.actions.asking import checked_answers
from services.events.actions.attending import Attendee, new_columns
from services.events.model.admission import Admission, Admitted, Form, admit, forms_of
from services.events.model.registration import state_of
from shared.contracts.events import RegistrationConfirmed, RegistrationQueued
from shared.contracts.message import Told, data_schema_of, to_envelope
from shared.database import Database
from shared.foundation.failures import Invalid
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
MOST_SEEN: Final = 5000
OTHERS: Final = 1000
EVERY: Final = timedelta(minutes=1)
"""How often a process looks at the forms of other workshops too: each alone costs as much."""
_as_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class KeptUnder:
    """The idempotency key that the answer is kept under; None: the request has none."""

    key_hash: str | None = None
    body_hash: str | None = None
    headers: str = "{}"


class SeenForms:
    """The registration forms of workshops as this process saw them last.

    They may have changed since: the statement looks. Those that ask nothing are kept too.
    """

    def __init__(self) -> None:
        self._seen: dict[UUID, Form] = {}
        self._looked_at: datetime | None = None

    def read(self, database: Database, workshop_id: UUID, *, now: datetime) -> Form | None:
        """Look at it, and now and then at those of others; None where it does not exist."""
        is_due = self._looked_at is None or abs(now - self._looked_at) >= EVERY
        if is_due:
            self._looked_at = now
        found = forms_of(database, workshop_id, others=OTHERS if is_due else 0)
        for each, form in found.items():
            self.see(each, form)
        return self.of(workshop_id)

    def see(self, workshop_id: UUID, form: Form) -> None:
        """Keep the form that a workshop has now."""
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[workshop_id] = form

    def of(self, workshop_id: UUID) -> Form | None:
        """The one seen last, if any."""
        return self._seen.get(workshop_id)


SEEN: Final = SeenForms()


def admit_at_once(
    database: Database,
    workshop_id: UUID,
    attendee: Attendee,
    kept: KeptUnder,
    *,
    answer: Callable[[Mapping[str, Any]], dict[str, Any]],
    actor: str,
    now: datetime,
) -> str | None:
    """Register in one statement; the answer's JSON, or None when it takes the longer way.

    answer: from the new row's columns to the response's plain values.
    Tells RegistrationConfirmed or RegistrationQueued, as `registering.register` does.
    """
    for _ in range(2):
        form = SEEN.of(workshop_id) or SEEN.read(database, workshop_id, now=now)
        if form is None:
            return None
        try:
            answers = checked_answers(form.questions, attendee.answers)
        except Invalid:
            return None
        fitting = replace(attendee, answers=answers)
        columns = new_columns(workshop_id, fitting, state="confirmed", now=now)
        admission = _admission(columns, kept, form, plain=answer(columns), actor=actor, now=now)
        admitted = _run(database, admission)
        if admitted.answer is not None:
            database.poke()
            return admitted.answer
        if admitted.form is None:
            return None
        SEEN.see(workshop_id, admitted.form)
    return None


def _admission(
    columns: Mapping[str, Any],
    kept: KeptUnder,
    form: Form,
    *,
    plain: dict[str, Any],
    actor: str,
    now: datetime,
) -> Admission:
    told = Told(
        id=new_id(),
        message=RegistrationConfirmed(registration=state_of(columns)),
        time=now,
        traceparent=current_traceparent(),
    )
    return Admission(
        **{name: columns[name] for name in COLUMNS},
        answers=_as_text(columns["answers"]),
        workshop_version=form.version,
        actor=actor,
        now=now,
        message_id=told.id,
        confirmed_type=RegistrationConfirmed.type,
        waiting_type=RegistrationQueued.type,
        waiting_schema=data_schema_of(RegistrationQueued),
        envelope=_as_text(to_envelope(told)),
        answer=_as_text(plain),
        **vars(kept),
    )


def _run(database: Database, admission: Admission) -> Admitted:
    try:
        return admit(database, admission)
    except IntegrityError:
        return Admitted()

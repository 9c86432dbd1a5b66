"""Who wants to come, and the row that they get."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.model import Registration
from shared.foundation.identities import Identity
from shared.foundation.ids import new_id, new_secret
from shared.foundation.names import fold, fold_email


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Who wants to come, as they say themselves. answers: question → answer."""

    name: str
    email: str
    locale: str = "en"
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


def own_id(identity: Identity | None, email: str) -> UUID | None:
    """The signed-in person's id, where they register themselves: at their own address."""
    is_own = identity is not None and fold_email(identity.email) == fold_email(email)
    return identity.person_id if identity and is_own else None


def new_columns(
    workshop_id: UUID, attendee: Attendee, *, state: str, now: datetime
) -> dict[str, Any]:
    """The columns of a new row for the attendee, in that state."""
    return {
        "id": new_id(),
        "version": 1,
        "workshop_id": workshop_id,
        "person_id": attendee.person_id,
        "organisation_id": attendee.organisation_id,
        "nomination_id": None,
        "name": attendee.name,
        "name_key": fold(attendee.name),
        "email": attendee.email,
        "email_key": fold_email(attendee.email),
        "locale": attendee.locale,
        "answers": dict(attendee.answers),
        "state": state,
        "queue_number": None,
        "seat_of": None,
        "secret": new_secret(),
        "created_at": now,
    }


def new_registration(
    workshop_id: UUID, attendee: Attendee, *, state: str, now: datetime
) -> Registration:
    """A row for the attendee, in that state, not yet in a session."""
    return Registration(**new_columns(workshop_id, attendee, state=state, now=now))

"""Messages and mails for tests of notifications."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.model import Recipient
from services.notifications.reactions import REACTIONS
from shared.contracts import events
from shared.contracts.message import Message
from shared.foundation.ids import new_id
from shared.messaging.inbox import Heard

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
IN_A_MONTH = NOW + timedelta(days=30)


def hears(
    session: Session, message: Message, *, id_: UUID | None = None, now: datetime = NOW
) -> None:
    """The service hears the message now."""
    heard = Heard(id=id_ or new_id(), time=now, now=now, traceparent="")
    REACTIONS[type(message)](session, message, heard)


def a_workshop_state(**facts: Any) -> events.WorkshopState:
    plain: dict[str, Any] = {
        "workshop_id": new_id(),
        "version": 2,
        "titles": {"en": "Carbon inventory", "zh-Hant": "碳盤查實務班"},
        "summary": {},
        "kind": "workshop",
        "state": "published",
        "host_id": new_id(),
        "host_names": {"en": "The institute", "zh-Hant": "工研院"},
        "starts_at": IN_A_MONTH,
        "ends_at": IN_A_MONTH + timedelta(hours=6),
        "time_zone": "Asia/Taipei",
        "venue": events.Venue(mode="hybrid", name="TICC", url="https://meet.example/x"),
    }
    return events.WorkshopState(**(plain | facts))


def a_published_workshop(session: Session, **facts: Any) -> events.WorkshopState:
    state = a_workshop_state(**facts)
    hears(session, events.WorkshopPublished(workshop=state))
    return state


def a_registration_state(
    workshop: events.WorkshopState, name: str = "Ann", **facts: Any
) -> events.RegistrationState:
    plain: dict[str, Any] = {
        "registration_id": new_id(),
        "version": 1,
        "workshop_id": workshop.workshop_id,
        "person_id": None,
        "organisation_id": None,
        "name": name,
        "email": f"{name.lower()}@people.example",
        "locale": "en",
        "state": "confirmed",
        "place": None,
        "link_token": "link_r_token",
    }
    return events.RegistrationState(**(plain | facts))


def a_nomination_state(
    workshop: events.WorkshopState, name: str = "Nia", **facts: Any
) -> events.NominationState:
    plain: dict[str, Any] = {
        "nomination_id": new_id(),
        "version": 1,
        "workshop_id": workshop.workshop_id,
        "organisation_id": new_id(),
        "organisation_names": {"en": "A body"},
        "person_id": None,
        "name": name,
        "email": f"{name.lower()}@people.example",
        "locale": "en",
        "role": "member",
        "capacity": "delegate",
        "state": "submitted",
        "link_token": "link_n_token",
        "confirm_by": None,
    }
    return events.NominationState(**(plain | facts))


def a_recipient(session: Session, name: str, **facts: Any) -> Recipient:
    """A person with an account, as notifications knows one."""
    plain: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "names": [{"kind": "romanised", "given": name, "family": "", "order": "given_first"}],
        "email": f"{name.lower()}@people.example",
        "locale": "en",
        "time_zone": "Asia/Taipei",
        "has_account": True,
    }
    made = Recipient(**(plain | facts))
    session.add(made)
    session.flush()
    return made

"""What bodies' focal points are told: of seats that are not used, of alternates called up."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.actions.composing import News, tell_people
from services.notifications.actions.copying import keep_nominations, workshop_facts
from services.notifications.actions.escalating import focal_points_of
from services.notifications.actions.knowing import addressee_of
from services.notifications.model import WorkshopCopy
from shared.contracts.events_allotments import AlternateCalledUp, SeatsUnused
from shared.messaging.inbox import Heard, Reactions


def on_seats_unused(session: Session, message: SeatsUnused, heard: Heard) -> None:
    """Whoever may name people for them hears of it."""
    facts = {
        "organisation_names": dict(message.organisation_names),
        "seats": message.seats,
        "until": message.until,
    }
    body_id, workshop_id = message.organisation_id, message.workshop_id
    _tell_body(session, "seats_unused", heard, facts, body_id=body_id, workshop_id=workshop_id)


def on_alternate_called_up(session: Session, message: AlternateCalledUp, heard: Heard) -> None:
    """The body hears who comes now; the alternate is told of the registration by itself."""
    state = message.nomination
    keep_nominations(session, [state])
    facts = {
        "organisation_names": dict(state.organisation_names),
        "called_up": state.name,
        "instead_of": message.instead_of,
    }
    body_id, workshop_id = state.organisation_id, state.workshop_id
    kind = "alternate_called_up"
    _tell_body(session, kind, heard, facts, body_id=body_id, workshop_id=workshop_id)


def _tell_body(
    session: Session,
    kind: str,
    heard: Heard,
    facts: dict[str, Any],
    *,
    body_id: UUID,
    workshop_id: UUID,
) -> None:
    workshop = session.get(WorkshopCopy, workshop_id)
    news = News(
        kind=kind,
        message_id=heard.id,
        facts=workshop_facts(workshop) | facts,
        workshop_id=workshop_id,
        host_id=workshop.host_id if workshop else None,
    )
    path = f"/events/delegation/{workshop_id}/{body_id}"
    focal_points = focal_points_of(session, body_id, today=heard.now.date())
    telling = [(news, addressee_of(each, path=path)) for each in focal_points]
    tell_people(session, telling, now=heard.now)


REACTIONS: Final[Reactions] = {
    SeatsUnused: on_seats_unused,
    AlternateCalledUp: on_alternate_called_up,
}

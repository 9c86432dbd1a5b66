"""What is told of seats that bodies do not use, and to whom: to their focal points."""

from typing import Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import News, tell_people
from services.notifications.actions.copying import workshop_facts
from services.notifications.actions.escalating import addressee_of, focal_points_of
from services.notifications.model import WorkshopCopy
from shared.contracts.events_allotments import SeatsUnused
from shared.messaging.inbox import Heard, Reactions


def on_seats_unused(session: Session, message: SeatsUnused, heard: Heard) -> None:
    """Whoever may name people for them hears of it."""
    workshop = session.get(WorkshopCopy, message.workshop_id)
    facts = {
        "organisation_names": dict(message.organisation_names),
        "seats": message.seats,
        "until": message.until,
    }
    news = News(
        kind="seats_unused",
        message_id=heard.id,
        facts=workshop_facts(workshop) | facts,
        workshop_id=message.workshop_id,
        host_id=workshop.host_id if workshop else None,
    )
    path = f"/events/delegation/{message.workshop_id}/{message.organisation_id}"
    focal_points = focal_points_of(session, message.organisation_id, today=heard.now.date())
    telling = [(news, addressee_of(each, path=path)) for each in focal_points]
    tell_people(session, telling, now=heard.now)


REACTIONS: Final[Reactions] = {SeatsUnused: on_seats_unused}

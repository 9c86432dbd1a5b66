"""What is told of seats that bodies do not use, and to whom: to their focal points."""

from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying import workshop_facts
from services.notifications.model import PostCopy, Recipient, WorkshopCopy
from shared.contracts.events_allotments import SeatsUnused
from shared.foundation.names import PersonName, display_name
from shared.messaging.inbox import Heard, Reactions

FOCAL_POINT: Final = "focal_point"


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
    telling = [(news, _addressee(each, path)) for each in _focal_points(session, message, heard)]
    tell_people(session, telling, now=heard.now)


def _focal_points(session: Session, message: SeatsUnused, heard: Heard) -> list[Recipient]:
    today = heard.now.date()
    in_office = select(PostCopy.person_id).where(
        PostCopy.organisation_id == message.organisation_id,
        PostCopy.role == FOCAL_POINT,
        PostCopy.is_over.is_(False),
        or_(PostCopy.starts_on.is_(None), PostCopy.starts_on <= today),
        or_(PostCopy.ends_on.is_(None), PostCopy.ends_on >= today),
    )
    query = select(Recipient).where(Recipient.id.in_(in_office), Recipient.email.is_not(None))
    return list(session.scalars(query.order_by(Recipient.id)))


def _addressee(each: Recipient, path: str) -> Addressee:
    return Addressee(
        about_id=each.id,
        name=display_name([PersonName(**name) for name in each.names], each.locale),
        email=each.email or "",
        locale=each.locale,
        path=path,
        person_id=each.id if each.has_account else None,
    )


REACTIONS: Final[Reactions] = {SeatsUnused: on_seats_unused}

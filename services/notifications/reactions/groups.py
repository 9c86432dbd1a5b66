"""What the contacts of groups are told; each of the people is told by themselves."""

from typing import Any, Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying import workshop_facts
from services.notifications.model import WorkshopCopy
from shared.contracts.events_groups import GroupRegistered, GroupSeatsOffered, GroupState
from shared.messaging.inbox import Heard, Reactions


def on_group_registered(session: Session, message: GroupRegistered, heard: Heard) -> None:
    """The contact gets the link to the group's page."""
    _tell_contact(session, "group_registered", heard, message.group, {})


def on_group_seats_offered(session: Session, message: GroupSeatsOffered, heard: Heard) -> None:
    """The contact answers for all until the offer expires."""
    _tell_contact(
        session, "group_seats_offered", heard, message.group, {"until": message.expires_at}
    )


def _tell_contact(
    session: Session, kind: str, heard: Heard, group: GroupState, facts: dict[str, Any]
) -> None:
    workshop = session.get(WorkshopCopy, group.workshop_id)
    news = News(
        kind=kind,
        message_id=heard.id,
        facts=workshop_facts(workshop) | {"seats": group.people, "place": group.place} | facts,
        workshop_id=group.workshop_id,
        host_id=workshop.host_id if workshop else None,
    )
    contact = Addressee(
        about_id=group.group_id,
        name=group.name,
        email=group.email,
        locale=group.locale,
        path=f"/events/groups/{group.link_token}",
        person_id=group.person_id,
    )
    tell_people(session, [(news, contact)], now=heard.now)


REACTIONS: Final[Reactions] = {
    GroupRegistered: on_group_registered,
    GroupSeatsOffered: on_group_seats_offered,
}

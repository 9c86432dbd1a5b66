"""Who is invited to register, and reminded of it."""

from typing import Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying import workshop_facts
from services.notifications.model import WorkshopCopy
from shared.contracts.events_invitations import WorkshopInvitationDue, WorkshopInvitationSent
from shared.messaging.inbox import Heard, Reactions


def on_workshop_invitation_sent(
    session: Session, message: WorkshopInvitationSent, heard: Heard
) -> None:
    """Mail the link to the form, which is the person's own."""
    _tell(session, "workshop_invitation_sent", message, heard)


def on_workshop_invitation_due(
    session: Session, message: WorkshopInvitationDue, heard: Heard
) -> None:
    """Remind of it."""
    _tell(session, "workshop_invitation_due", message, heard)


def _tell(
    session: Session,
    kind: str,
    message: WorkshopInvitationSent | WorkshopInvitationDue,
    heard: Heard,
) -> None:
    state = message.invitation
    workshop = session.get(WorkshopCopy, state.workshop_id)
    news = News(
        kind=kind,
        message_id=heard.id,
        facts=workshop_facts(workshop) | {"until": message.until},
        workshop_id=state.workshop_id,
        host_id=workshop.host_id if workshop else None,
    )
    addressee = Addressee(
        about_id=state.invitation_id,
        name=state.name,
        email=state.email,
        locale=state.locale,
        path=f"/events/invited/{state.link_token}",
        person_id=state.person_id,
    )
    tell_people(session, [(news, addressee)], now=heard.now)


REACTIONS: Final[Reactions] = {
    WorkshopInvitationSent: on_workshop_invitation_sent,
    WorkshopInvitationDue: on_workshop_invitation_due,
}

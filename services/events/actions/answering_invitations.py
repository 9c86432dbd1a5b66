"""What becomes of invitations to register: opened, answered; reminded of, expired."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.actions.attending import Attendee
from services.events.actions.failures import WrongState
from services.events.actions.inviting import end, end_of
from services.events.actions.leaving import find_live
from services.events.actions.recording import move
from services.events.actions.registering import Registered, as_it_is, register
from services.events.model import Registration, Workshop, WorkshopInvitation
from services.events.model.workshop_invitation import DAYS, UNANSWERED
from shared.contracts.events_invitations import WorkshopInvitationDue
from shared.foundation.reminders import due_reminder
from shared.foundation.sheets import as_is as _
from shared.messaging.outbox import tell

LONGEST: Final = timedelta(days=max(DAYS) + 1)
NO_LONGER: Final = {
    "declined": _("This invitation was declined."),
    "revoked": _("The organizer has taken this invitation back."),
    "expired": _("This invitation has expired."),
}


def require_good(found: WorkshopInvitation, *, now: datetime) -> None:
    """Raise WrongState, with the reason, for an invitation that is good no more."""
    if found.state in NO_LONGER:
        raise WrongState(NO_LONGER[found.state])
    if found.expires_at is not None and now >= found.expires_at:
        raise WrongState(NO_LONGER["expired"])


def open_invitation(
    session: Session, found: WorkshopInvitation, *, actor: str, now: datetime
) -> WorkshopInvitation:
    """Keep that they went on to the form. Raises WrongState once it is good no more."""
    session.refresh(found, with_for_update=True)
    require_good(found, now=now)
    if found.state == "sent":
        move(session, found, "opened", actor=actor, now=now)
        session.flush()
    return found


def register_invited(
    session: Session,
    found: WorkshopInvitation,
    attendee: Attendee,
    *,
    actor: str,
    now: datetime,
) -> Registered:
    """Register the invited person at the address that was invited; good once.

    A second time answers the first registration. Raises WrongState once the invitation is good no
    more, and what `register` raises.
    """
    session.refresh(found, with_for_update=True)
    if found.state == "registered" and found.registration_id is not None:
        return as_it_is(session, session.get_one(Registration, found.registration_id))
    workshop = session.get_one(Workshop, found.workshop_id)
    require_good(found, now=now)
    own = replace(attendee, email=found.email, person_id=attendee.person_id or found.person_id)
    made = register(session, workshop, own, actor=actor, now=now, is_invited=True)
    session.flush()
    end(session, found, "registered", actor=actor, now=now, registration_id=made.registration.id)
    return made


def decline_invitation(
    session: Session, found: WorkshopInvitation, *, actor: str, now: datetime, reason: str = ""
) -> WorkshopInvitation:
    """They do not come. Twice is once. Raises WrongState once they registered, or it ended."""
    return end(session, found, "declined", actor=actor, now=now, reason=reason)


def invitations_to_look_at(session: Session, *, now: datetime) -> list[UUID]:
    """Unanswered ones that end soon, have ended, or whose workshop has."""
    soon = now + LONGEST
    query = (
        select(WorkshopInvitation, Workshop)
        .join(Workshop, Workshop.id == WorkshopInvitation.workshop_id)
        .where(
            WorkshopInvitation.state.in_(UNANSWERED),
            or_(
                WorkshopInvitation.expires_at <= soon,
                Workshop.closes_at <= soon,
                Workshop.starts_at <= soon,
                Workshop.state.not_in(("draft", "published", "postponed")),
            ),
        )
        .order_by(WorkshopInvitation.id)
    )
    return [
        each.id
        for each, workshop in session.execute(query)
        if _is_over(each, workshop, now=now) or _due(each, workshop, now=now) is not None
    ]


def look_after(session: Session, invitation_id: UUID, *, now: datetime) -> bool:
    """Expire it, or remind its person once for each of `DAYS`. Answers whether it did.

    Who registered without the link is reminded of nothing. Tells WorkshopInvitationDue.
    """
    found = session.get_one(WorkshopInvitation, invitation_id, with_for_update=True)
    workshop = session.get_one(Workshop, found.workshop_id)
    if found.state not in UNANSWERED:
        return False
    registration = find_live(session, workshop.id, found.email, found.name)
    if registration is not None:
        end(
            session,
            found,
            "registered",
            actor="timer",
            now=now,
            registration_id=registration.id,
        )
        return True
    if _is_over(found, workshop, now=now):
        end(session, found, "expired", actor="timer", now=now)
        return True
    days = _due(found, workshop, now=now)
    if days is None:
        return False
    found.reminded_days = days
    until = end_of(workshop, found.expires_at)
    tell(session, WorkshopInvitationDue(invitation=found.told_as(), until=until), now=now)
    return True


def _is_over(found: WorkshopInvitation, workshop: Workshop, *, now: datetime) -> bool:
    if workshop.state == "postponed":
        return False
    return workshop.state != "published" or now >= end_of(workshop, found.expires_at)


def _due(found: WorkshopInvitation, workshop: Workshop, *, now: datetime) -> int | None:
    """Which reminder is due: of what was sent before its time had come, and not told yet."""
    if workshop.state != "published":
        return None
    until = end_of(workshop, found.expires_at)
    zone = workshop.time_zone
    days = due_reminder(until, DAYS, zone, now=now)
    if days is None or days == due_reminder(until, DAYS, zone, now=found.created_at):
        return None
    return days if found.reminded_days is None or days < found.reminded_days else None

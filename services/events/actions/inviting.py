"""Inviting named people to register: sending, sending again, taking back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.actions.failures import WrongState
from services.events.actions.leaving import LIVE, find_live
from services.events.actions.recording import move, record, require_state
from services.events.actions.registering import require_not_over
from services.events.model import PersonCopy, Registration, Workshop, WorkshopInvitation
from services.events.model.workshop_invitation import UNANSWERED
from shared.contracts.events_invitations import WorkshopInvitationEnded, WorkshopInvitationSent
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id, new_secret
from shared.foundation.names import fold, fold_email
from shared.messaging.outbox import tell


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Whom to invite. person_id: where they are known as a person."""

    name: str
    email: str
    locale: str = "en"
    person_id: UUID | None = None

    @classmethod
    def of(cls, person: PersonCopy) -> "Invitee":
        """A person whom we know, in their language. Raises Invalid without a mail address."""
        if not person.email:
            raise Invalid.at("/person_id", "This person has no mail address.")
        name = person.name_in(person.locale)
        return cls(name=name, email=person.email, locale=person.locale, person_id=person.id)


@dataclass(frozen=True)
class Invited:
    """What came of one of them. verdict: new, invited or registered; the last two: before.

    invitation: None in a dry run, and for who is registered without one.
    """

    verdict: str
    name: str
    email: str
    invitation: WorkshopInvitation | None = None


def end_of(workshop: Workshop, expires_at: datetime | None) -> datetime:
    """From when on an invitation is good no more."""
    return min(expires_at or workshop.registration_ends_at, workshop.registration_ends_at)


def invite_many(
    session: Session,
    workshop: Workshop,
    people: Sequence[Invitee],
    *,
    expires_at: datetime | None,
    is_dry_run: bool,
    actor: str,
    now: datetime,
) -> list[Invited]:
    """Invite each who was not invited and is not registered, in their order; tells each.

    A dry run says what would come of it. Raises WrongState where bodies nominate,
    RegistrationClosed for a workshop that is not published or over, Invalid for a past end.
    """
    session.refresh(workshop, with_for_update={"key_share": True})
    require_not_over(workshop, now=now)
    if workshop.mode == "nomination":
        raise WrongState("For this workshop, member bodies nominate who takes part.")
    if expires_at is not None and expires_at <= now:
        raise Invalid.at("/expires_at", "It can't end before it is sent.")
    invited, seen = [], set[tuple[str, str]]()
    facts: dict[str, Any] = {"expires_at": expires_at, "actor": actor, "now": now}
    for each in people:
        key = fold_email(each.email), fold(each.name)
        found = _standing(session, workshop, each)
        if found is not None or key in seen:
            verdict = "registered" if found and found.state == "registered" else "invited"
            invited.append(Invited(verdict, each.name, each.email, found))
        elif find_live(session, workshop.id, each.email, each.name) is not None:
            invited.append(Invited("registered", each.name, each.email))
        else:
            made = None if is_dry_run else _invite(session, workshop, each, **facts)
            invited.append(Invited("new", each.name, each.email, made))
        seen.add(key)
    return invited


def _standing(session: Session, workshop: Workshop, invitee: Invitee) -> WorkshopInvitation | None:
    """The invitation that waits for their answer, or by which they are registered."""
    query = (
        select(WorkshopInvitation)
        .join(Registration, Registration.id == WorkshopInvitation.registration_id, isouter=True)
        .where(
            WorkshopInvitation.workshop_id == workshop.id,
            WorkshopInvitation.email_key == fold_email(invitee.email),
            WorkshopInvitation.name_key == fold(invitee.name),
            or_(WorkshopInvitation.state.in_(UNANSWERED), Registration.state.in_(LIVE)),
        )
        .order_by(WorkshopInvitation.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def _invite(
    session: Session,
    workshop: Workshop,
    invitee: Invitee,
    *,
    expires_at: datetime | None,
    actor: str,
    now: datetime,
) -> WorkshopInvitation:
    made = WorkshopInvitation(
        id=new_id(),
        version=1,
        workshop_id=workshop.id,
        person_id=invitee.person_id,
        name=invitee.name,
        name_key=fold(invitee.name),
        email=invitee.email,
        email_key=fold_email(invitee.email),
        locale=invitee.locale,
        state="sent",
        expires_at=expires_at,
        reminded_days=None,
        registration_id=None,
        secret=new_secret(),
        created_at=now,
    )
    session.add(made)
    session.flush()
    record(session, made, before=None, actor=actor, now=now)
    _tell_sent(session, made, workshop, now=now)
    return made


def _tell_sent(
    session: Session, found: WorkshopInvitation, workshop: Workshop, *, now: datetime
) -> None:
    until = end_of(workshop, found.expires_at)
    tell(session, WorkshopInvitationSent(invitation=found.told_as(), until=until), now=now)


def resend(
    session: Session, found: WorkshopInvitation, *, actor: str, now: datetime, reason: str = ""
) -> WorkshopInvitation:
    """Mail it once more, with the same link. Raises WrongState once it was answered or ended."""
    session.refresh(found, with_for_update=True)
    require_state(found, *UNANSWERED, to="be sent again")
    workshop = session.get_one(Workshop, found.workshop_id)
    require_not_over(workshop, now=now)
    found.version += 1
    record(session, found, before=found.state, actor=actor, now=now, reason=reason or "sent again")
    _tell_sent(session, found, workshop, now=now)
    session.flush()
    return found


def revoke(
    session: Session, found: WorkshopInvitation, *, actor: str, now: datetime, reason: str = ""
) -> WorkshopInvitation:
    """The link is good no more. Twice is once. Raises WrongState once it was answered."""
    return end(session, found, "revoked", actor=actor, now=now, reason=reason)


def end(
    session: Session,
    found: WorkshopInvitation,
    state: str,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
    registration_id: UUID | None = None,
) -> WorkshopInvitation:
    """Put an unanswered one into its last state. Tells WorkshopInvitationEnded.

    registration_id: what came of it.
    """
    session.refresh(found, with_for_update=True)
    if found.state != state:
        require_state(found, *UNANSWERED, to=f"be {state}")
        found.registration_id = registration_id
        move(session, found, state, actor=actor, now=now, reason=reason)
        tell(session, WorkshopInvitationEnded(invitation=found.told_as()), now=now)
        session.flush()
    return found

"""Invitations: asking somebody by mail to take an account, with a grant or without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.members.actions.auditing.watching import BESIDE
from services.members.actions.failures import AlreadyThere
from services.members.actions.granting import Power, require_grantable
from services.members.actions.hashing import hash_secret
from services.members.actions.recording import INVITATIONS, lock, record, take_turn
from services.members.model import Invitation, Organisation, Person
from services.members.settings import MembersSettings
from shared.contracts.members import InvitationSent
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.identities import Role
from shared.foundation.ids import new_id, new_secret
from shared.foundation.names import fold_email
from shared.foundation.sentences import said
from shared.messaging.outbox import tell

KEPT_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Whom to invite, and to what. role None: an account alone. name: for the greeting."""

    email: str
    name: str
    locale: str
    organisation_id: UUID | None
    role: Role | None = None
    subtree: bool = True
    grant_expires_at: datetime | None = None


def power_of(one: Wish | Invitation) -> Power | None:
    """What comes with an invitation, if anything."""
    if one.role is None:
        return None
    return Power(Role(one.role), one.organisation_id, one.subtree, one.grant_expires_at)


def invite(
    session: Session, wish: Wish, *, by: Person, settings: MembersSettings, now: datetime
) -> Invitation:
    """Invite the address, whether it has an account or not. Tells InvitationSent.

    The door has seen to it that the asker holds what they give. Raises Invalid, AlreadyThere.
    """
    if wish.role is not None:
        require_grantable(
            wish.role,
            wish.organisation_id,
            wish.grant_expires_at,
            pointer="/grant_expires_at",
            now=now,
        )
    elif wish.grant_expires_at is not None:
        raise Invalid.at("/grant_expires_at", "Without a role there is no grant to end.")
    take_turn(session, INVITATIONS)
    _require_none_open(session, wish, now=now)
    made = Invitation(
        id=new_id(),
        version=0,
        email=wish.email,
        email_key=fold_email(wish.email),
        name=wish.name,
        locale=wish.locale,
        organisation_id=wish.organisation_id,
        role=wish.role.value if wish.role else None,
        subtree=wish.subtree,
        grant_expires_at=wish.grant_expires_at,
        invited_by=by.id,
        created_at=now,
        accepted_at=None,
        accepted_by=None,
        revoked_at=None,
    )
    _send(session, made, by=by, settings=settings, now=now)
    session.add(made)
    session.flush()
    record(session, made, "open", before=None, actor=str(by.id), now=now)
    return made


def _require_none_open(session: Session, wish: Wish, *, now: datetime) -> None:
    query = select(Invitation.id).where(
        Invitation.email_key == fold_email(wish.email),
        Invitation.organisation_id == wish.organisation_id,
        Invitation.is_open_at(now),
    )
    if session.scalars(query).first() is not None:
        raise AlreadyThere("This address is invited already; send that invitation again instead.")


def _send(
    session: Session,
    invitation: Invitation,
    *,
    by: Person,
    settings: MembersSettings,
    now: datetime,
) -> None:
    """Give the invitation a new link, and tell of it; the link before is good no more."""
    secret = new_secret()
    invitation.token_hash = hash_secret(secret)
    invitation.sent_at = now
    invitation.expires_at = min(
        now + settings.invitation_lifetime,
        invitation.grant_expires_at or now + settings.invitation_lifetime,
    )
    invitation.version += 1
    place_id = invitation.organisation_id
    place = session.get(Organisation, place_id) if place_id else None
    message = InvitationSent(
        request_id=invitation.id,
        email=invitation.email,
        name=invitation.name or invitation.email,
        locale=invitation.locale,
        link=f"{settings.public_url}/members/invitations/{secret}",
        expires_at=invitation.expires_at,
        inviter=by.name_in(invitation.locale),
        organisation_names=place.names if place else {},
    )
    tell(session, message, now=now)


def resend(
    session: Session,
    invitation: Invitation,
    *,
    by: Person,
    settings: MembersSettings,
    now: datetime,
) -> None:
    """Mail it once more, with a new link and for as long again; an expired one is open again."""
    lock(session, invitation)
    _require_unsettled(invitation, now=now)
    if invitation.grant_expires_at is not None and invitation.grant_expires_at <= now:
        raise Conflict("Its grant would have ended already; make a new invitation.")
    before = invitation.state_at(now)
    _send(session, invitation, by=by, settings=settings, now=now)
    record(session, invitation, "open", before=before, actor=str(by.id), now=now)


def _require_unsettled(invitation: Invitation, *, now: datetime) -> None:
    state = invitation.state_at(now)
    if state in ("accepted", "revoked"):
        raise Conflict(
            said("This invitation is %(state)s already.", state=(state,)), code="wrong_state"
        )


def revoke(session: Session, invitation: Invitation, *, actor: str, now: datetime) -> None:
    """Nobody can accept it any more. Twice is once. Raises Conflict when it was accepted."""
    lock(session, invitation)
    if invitation.revoked_at is not None:
        return
    _require_unsettled(invitation, now=now)
    before = invitation.state_at(now)
    invitation.revoked_at = now
    invitation.version += 1
    record(session, invitation, "revoked", before=before, actor=actor, now=now)


def forget_invitations_of(session: Session, person_id: UUID, emails: Sequence[str]) -> None:
    """Delete the invitations of an erased person: those to them, by whatever address."""
    keys = [fold_email(each) for each in emails]
    mine = or_(Invitation.accepted_by == person_id, Invitation.email_key.in_(keys))
    session.execute(delete(Invitation).where(mine), execution_options=BESIDE)

"""Accepting an invitation: the account, and the grant that comes with it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.failures import BadLink, NotHeld
from services.members.actions.granting import grant, require_holding, with_grants
from services.members.actions.hashing import hash_secret
from services.members.actions.introducing import record_person
from services.members.actions.inviting import power_of
from services.members.actions.recording import lock, record
from services.members.actions.signing_up import open_account
from services.members.model import Account, Invitation, Person, RoleGrant
from services.members.queries.accounts import find_account, people_at
from services.members.queries.grants import live_grants
from shared.contracts.members import AddressConfirmed
from shared.foundation.failures import Fault, Invalid
from shared.foundation.identities import Asker, Identity
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from shared.messaging.outbox import tell


def find_invitation(session: Session, token: str, *, now: datetime) -> Invitation | None:
    """The open invitation of a mailed link."""
    query = select(Invitation).where(
        Invitation.token_hash == hash_secret(token), Invitation.is_open_at(now)
    )
    return session.scalars(query).one_or_none()


def person_invited(session: Session, invitation: Invitation) -> Person | None:
    """Who the invitation's address is already: by an account, or alone recorded with it."""
    account = find_account(session, invitation.email)
    if account is not None:
        return session.get_one(Person, account.person_id)
    people = [each for each in people_at(session, invitation.email) if not each.has_account]
    return people[0] if len(people) == 1 else None


def accept(
    session: Session,
    token: str,
    *,
    names: Sequence[PersonName] = (),
    password_hash: str | None = None,
    locale: str | None = None,
    now: datetime,
) -> Person:
    """The address has an account, and its person the grant. Tells what each of these tells.

    names: of somebody who is not known yet. locale: theirs, if not the invitation's. Raises
    BadLink; Invalid without names where they are needed, or with a password where there is one.
    """
    invitation = _use(session, token, now=now)
    person = _person_of(session, invitation, names, locale, now=now)
    account = session.get(Account, person.id)
    if account is not None and password_hash is not None:
        raise Invalid.at("/password", "This address has an account already: leave it out.")
    if account is None:
        open_account(
            session,
            person,
            invitation.email,
            password_hash=password_hash,
            actor="link",
            now=now,
        )
    tell(session, AddressConfirmed(person_id=person.id, email=invitation.email), now=now)
    _give(session, invitation, person, now=now)
    invitation.accepted_at, invitation.accepted_by = now, person.id
    invitation.version += 1
    record(session, invitation, "accepted", before="open", actor=str(person.id), now=now)
    return person


def _use(session: Session, token: str, *, now: datetime) -> Invitation:
    found = find_invitation(session, token, now=now)
    if found is not None:
        lock(session, found)
    if found is None or found.state_at(now) != "open":
        sentence = "This invitation was used, taken back, or is too old. Ask for a new one."
        raise BadLink(sentence, faults=[Fault("/token", sentence)])
    return found


def _person_of(
    session: Session,
    invitation: Invitation,
    names: Sequence[PersonName],
    locale: str | None,
    *,
    now: datetime,
) -> Person:
    if find_account(session, invitation.email) is None and names:
        for each in people_at(session, invitation.email):
            if not each.has_account and each.is_called(names):
                return each
        values = {
            "names": list(names),
            "email": invitation.email,
            "locale": locale or invitation.locale,
        }
        return record_person(
            session, values, registered_by=invitation.invited_by, actor="link", now=now
        )
    person = person_invited(session, invitation)
    if person is None:
        raise Invalid.at("/names", "Say what you are called.")
    return person


def _give(session: Session, invitation: Invitation, person: Person, *, now: datetime) -> None:
    """The grant that came with it, if whoever invited still has as much to give."""
    power = power_of(invitation)
    if power is None:
        return
    inviter = _asker_of(session, invitation.invited_by, now=now)
    try:
        require_holding(session, inviter, power, now=now)
    except NotHeld as failure:
        raise BadLink(
            "Whoever invited you may not do so any more. Ask for a new invitation."
        ) from failure
    if _has_already(session, person, invitation, now=now):
        return
    grant(
        session,
        person,
        power.role,
        power.organisation_id,
        subtree=power.subtree,
        expires_at=power.until,
        actor=str(invitation.invited_by),
        now=now,
    )


def _asker_of(session: Session, person_id: UUID, *, now: datetime) -> Asker:
    """The person with what they may do now."""
    identity = Identity(person_id, new_id(), "", "", "en", ())
    return with_grants(identity, live_grants(session, person_id, now=now))


def _has_already(
    session: Session, person: Person, invitation: Invitation, *, now: datetime
) -> bool:
    query = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == invitation.role,
        RoleGrant.organisation_id == invitation.organisation_id,
        RoleGrant.subtree == invitation.subtree,
        RoleGrant.expires_at == invitation.grant_expires_at,
        RoleGrant.is_live_at(now),
    )
    return session.scalars(query).first() is not None

"""Accounts, sessions and people by their mail address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import Account, Passkey, Person, PersonalToken, SignInSession
from shared.foundation.failures import NotFound
from shared.foundation.names import fold_email


def find_account(session: Session, email: str) -> Account | None:
    """The account of the address, folded."""
    query = select(Account).where(Account.email_key == fold_email(email))
    return session.scalars(query).one_or_none()


def people_at(session: Session, email: str) -> list[Person]:
    """The people recorded with the address, oldest first; several may share a mailbox."""
    query = select(Person).where(Person.email_key == fold_email(email), Person.is_there())
    return list(session.scalars(query.order_by(Person.id)))


def live_sessions(session: Session, person_id: UUID, *, now: datetime) -> list[SignInSession]:
    """Where the person is signed in, latest first."""
    query = sessions_of(person_id, now=now)
    return list(session.scalars(query.order_by(SignInSession.renewed_at.desc())))


def sessions_of(person_id: UUID, *, now: datetime) -> Select[SignInSession]:
    """Where the person is signed in."""
    return select(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now,
    )


def tokens_of(person_id: UUID, *, now: datetime) -> Select[PersonalToken]:
    """The person's tokens that can still be used."""
    return select(PersonalToken).where(
        PersonalToken.person_id == person_id,
        PersonalToken.revoked_at.is_(None),
        PersonalToken.expires_at > now,
    )


def live_tokens(session: Session, person_id: UUID, *, now: datetime) -> list[PersonalToken]:
    """The person's tokens that can still be used, newest first."""
    return list(session.scalars(tokens_of(person_id, now=now).order_by(PersonalToken.id.desc())))


def get_token(session: Session, token_id: UUID, person_id: UUID, *, now: datetime) -> PersonalToken:
    """One of the person's own. Raises NotFound."""
    query = tokens_of(person_id, now=now).where(PersonalToken.id == token_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such token.")
    return found


def own_passkeys(person_id: UUID) -> Select[Passkey]:
    """What the person signs in by."""
    return select(Passkey).where(Passkey.person_id == person_id)


def passkeys_of(session: Session, person_id: UUID) -> list[Passkey]:
    """The person's passkeys, newest first."""
    return list(session.scalars(own_passkeys(person_id).order_by(Passkey.id.desc())))


def get_passkey(session: Session, passkey_id: UUID, person_id: UUID) -> Passkey:
    """One of the person's own. Raises NotFound."""
    found = session.scalars(own_passkeys(person_id).where(Passkey.id == passkey_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such passkey.")
    return found

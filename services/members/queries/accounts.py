"""Accounts, sessions and people by their mail address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import Account, Person, SignInSession
from shared.foundation.names import fold_email


def find_account(session: Session, email: str) -> Account | None:
    """The account of the address, folded."""
    query = select(Account).where(Account.email_key == fold_email(email))
    return session.scalars(query).one_or_none()


def people_at(session: Session, email: str) -> list[Person]:
    """The people recorded with the address, oldest first; several may share a mailbox."""
    query = select(Person).where(Person.email_key == fold_email(email), Person.erased_at.is_(None))
    return list(session.scalars(query.order_by(Person.id)))


def live_sessions(session: Session, person_id: UUID, *, now: datetime) -> list[SignInSession]:
    """Where the person is signed in, latest first."""
    query = select(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now,
    )
    return list(session.scalars(query.order_by(SignInSession.renewed_at.desc())))

"""Signing in, staying signed in, signing out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.failures import NotFresh, WrongCredentials
from services.members.actions.giving_tokens import revoke_tokens
from services.members.actions.hashing import (
    hash_password,
    hash_secret,
    is_outdated,
    is_password,
)
from services.members.actions.signing_tokens import AccessToken, issue_token
from services.members.model import Account, Person, SignInSession
from services.members.queries.accounts import find_account, live_sessions
from services.members.settings import MembersSettings
from shared.contracts.members import SessionRevoked
from shared.foundation.failures import NotFound, Unauthenticated
from shared.foundation.ids import new_id, new_secret
from shared.messaging.outbox import tell
from shared.web.keys import keep_revocation

LONGEST_AGENT: Final = 200
FRESH_FOR: Final = timedelta(hours=1)
CLOCKS_DIFFER: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in. secret: of the session, known at its opening alone."""

    person: Person
    session: SignInSession
    token: AccessToken
    secret: str | None = None


def find_by_password(session: Session, email: str, password: str) -> Account | None:
    """The account, if the password is its own. As slow for an address that nobody has."""
    account = find_account(session, email)
    password_hash = account.password_hash if account else None
    return account if is_password(password_hash, password) else None


def new_hash(account: Account, password: str) -> str | None:
    """A hash with today's parameters for a right password whose hash is outdated, else None."""
    if account.password_hash is None or not is_outdated(account.password_hash):
        return None
    return hash_password(password)


def sign_in(
    session: Session,
    person_id: UUID,
    *,
    agent: str,
    address: str = "",
    settings: MembersSettings,
    now: datetime,
) -> SignedIn:
    """Open a session for somebody who has shown who they are. address: of the network."""
    secret = new_secret() + new_secret()
    opened = SignInSession(
        id=new_id(),
        person_id=person_id,
        secret_hash=hash_secret(secret),
        agent=agent[:LONGEST_AGENT],
        address=address,
        opened_at=now,
        renewed_at=now,
        expires_at=now + settings.session_lifetime,
        revoked_at=None,
    )
    session.add(opened)
    return _vouched(session, opened, settings=settings, now=now, secret=secret)


def _vouched(
    session: Session,
    opened: SignInSession,
    *,
    settings: MembersSettings,
    now: datetime,
    secret: str | None = None,
) -> SignedIn:
    person = session.get_one(Person, opened.person_id)
    account = session.get(Account, opened.person_id)
    if account is None or person.erased_at is not None:
        raise WrongCredentials("This account is closed.")
    token = issue_token(
        session, person, account, opened.id, lifetime=settings.token_lifetime, now=now
    )
    return SignedIn(person, opened, token, secret)


def find_session(session: Session, secret: str, *, now: datetime) -> SignInSession | None:
    """The live session of a browser's long-lived cookie."""
    query = select(SignInSession).where(SignInSession.secret_hash == hash_secret(secret))
    found = session.scalars(query).one_or_none()
    return found if found is not None and found.is_live(now) else None


def renew(
    session: Session,
    opened: SignInSession,
    *,
    address: str = "",
    settings: MembersSettings,
    now: datetime,
) -> SignedIn:
    """A fresh token for a live session."""
    opened.renewed_at = now
    opened.address = address or opened.address
    return _vouched(session, opened, settings=settings, now=now)


def require_session(session: Session, session_id: UUID, *, now: datetime) -> SignInSession:
    """The live session of an access token. Raises Unauthenticated for one that was ended."""
    found = session.get(SignInSession, session_id)
    if found is None or not found.is_live(now):
        raise Unauthenticated("This session has ended; sign in again.")
    return found


def require_fresh(
    session: Session, session_id: UUID, *, now: datetime, is_to_erase: bool = False
) -> None:
    """Raise NotFresh when the session was opened longer ago than an hour.

    A browser left open, or a stolen cookie, then changes nothing of how its person signs in, and
    erases nobody.
    """
    if require_session(session, session_id, now=now).opened_at < now - FRESH_FOR:
        if is_to_erase:
            raise NotFresh("Sign in again to erase somebody.")
        raise NotFresh("Sign in again to change how you sign in.")


def sign_out(
    session: Session, opened: SignInSession, *, settings: MembersSettings, now: datetime
) -> None:
    """End the session: its tokens are refused everywhere. Tells SessionRevoked. Twice is once."""
    if opened.revoked_at is not None:
        return
    opened.revoked_at = now
    message = SessionRevoked(
        session_id=opened.id, expires_at=now + settings.token_lifetime + CLOCKS_DIFFER
    )
    tell(session, message, now=now)
    keep_revocation(session, message)


def sign_out_everywhere(
    session: Session, person_id: UUID, *, settings: MembersSettings, now: datetime
) -> int:
    """End all of the person's sessions and personal tokens; answer how many sessions."""
    opened = live_sessions(session, person_id, now=now)
    for each in opened:
        sign_out(session, each, settings=settings, now=now)
    revoke_tokens(session, person_id, actor=str(person_id), now=now)
    return len(opened)


def get_own_session(session: Session, session_id: UUID, person_id: UUID) -> SignInSession:
    """One of the person's sessions. Raises NotFound for another's."""
    found = session.get(SignInSession, session_id)
    if found is None or found.person_id != person_id:
        raise NotFound("There is no such session.")
    return found

"""Personal tokens: given to a person's own programs, and taken back.

A token carries the grants of its making, each with its id, so that one that is taken later is
taken from the token too; grants that come later are for a new token.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from services.members.actions.auditing.watching import BESIDE
from services.members.actions.failures import TooManyTokens
from services.members.actions.recording import lock, record
from services.members.actions.signing_tokens import plain_grant, sign, signing_key, whose
from services.members.actions.warning import warn
from services.members.model import Account, Person, PersonalToken
from services.members.queries.accounts import live_tokens
from services.members.queries.grants import live_grants
from shared.contracts.members import SessionRevoked
from shared.database import Database
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.sentences import said
from shared.messaging.outbox import tell
from shared.web.keys import LONGEST_PERSONAL, keep_revocation

MOST: Final = 50


def give_token(
    session: Session,
    person: Person,
    name: str,
    scopes: Collection[str],
    *,
    expires_at: datetime,
    now: datetime,
) -> tuple[PersonalToken, str]:
    """A new token and its text, which only this call knows.

    It ends a little earlier where the key that signs it is forgotten before. Raises Invalid,
    TooManyTokens.
    """
    if not now < expires_at <= now + LONGEST_PERSONAL:
        raise Invalid.at(
            "/expires_at",
            said("Use a time within %(days)s days from now.", days=LONGEST_PERSONAL.days),
        )
    lock(session, person)
    if len(live_tokens(session, person.id, now=now)) >= MOST:
        raise TooManyTokens(
            said("You have %(most)s tokens already; delete one that is not needed.", most=MOST)
        )
    key = signing_key(session, now=now)
    made = PersonalToken(
        id=new_id(),
        version=1,
        person_id=person.id,
        name=name,
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=min(expires_at, key.expires_at),
        used_at=None,
        revoked_at=None,
    )
    session.add(made)
    record(session, made, "given", before=None, actor=str(person.id), now=now)
    warn(session, person, "token_given", now=now)
    account = session.get_one(Account, person.id)
    claims = whose(person, account) | {
        "sid": str(made.id),
        "exp": int(made.expires_at.timestamp()),
        "scope": " ".join(made.scopes),
        "grants": [
            [*plain_grant(each), str(each.id), each.expires_at and each.expires_at.timestamp()]
            for each in live_grants(session, person.id, now=now)
        ],
    }
    return made, sign(key, claims, now=now)


def revoke_token(session: Session, found: PersonalToken, *, actor: str, now: datetime) -> None:
    """No service takes the token any more. Tells SessionRevoked. Twice is once."""
    if found.revoked_at is not None:
        return
    found.revoked_at = now
    found.version += 1
    record(session, found, "revoked", before="given", actor=actor, now=now)
    message = SessionRevoked(session_id=found.id, expires_at=found.expires_at)
    tell(session, message, now=now)
    keep_revocation(session, message)


def revoke_tokens(session: Session, person_id: UUID, *, actor: str, now: datetime) -> None:
    """Take all of the person's tokens back."""
    for each in live_tokens(session, person_id, now=now):
        revoke_token(session, each, actor=actor, now=now)


def keep_use(session: Session, token_id: UUID, used_at: datetime) -> None:
    """The token was used then, at any service; an earlier use changes nothing."""
    is_later = or_(PersonalToken.used_at.is_(None), PersonalToken.used_at < used_at)
    found = update(PersonalToken).where(PersonalToken.id == token_id, is_later)
    session.execute(found.values(used_at=used_at), execution_options=BESIDE)


def note_use(database: Database, token_id: UUID, now: datetime) -> None:
    """Keep the use, in a transaction of its own."""
    with database.writing() as session:
        keep_use(session, token_id, now)


def forget_tokens_of(session: Session, person_id: UUID) -> None:
    """Delete the person's tokens; they were taken back before."""
    gone = delete(PersonalToken).where(PersonalToken.person_id == person_id)
    session.execute(gone, execution_options=BESIDE)

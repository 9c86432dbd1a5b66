"""Tokens that go out by mail: made, told with their link, and used once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.failures import BadLink
from services.members.actions.hashing import hash_secret
from services.members.model import MailedToken, Person
from services.members.settings import MembersSettings
from shared.contracts.members import (
    PasswordResetRequested,
    SignInLinkRequested,
    SignUpRequested,
)
from shared.foundation.failures import Fault
from shared.foundation.ids import new_id, new_secret
from shared.messaging.outbox import tell

MailRequest = type[SignUpRequested] | type[SignInLinkRequested] | type[PasswordResetRequested]
KINDS: Final[dict[str, tuple[MailRequest, str]]] = {
    "sign_up": (SignUpRequested, "/members/sign-up/confirm/"),
    "sign_in_link": (SignInLinkRequested, "/members/sign-in/link/"),
    "password_reset": (PasswordResetRequested, "/members/password-reset/"),
}


@dataclass(frozen=True)
class Addressee:
    """Whom a token is for. person None: somebody new. facts: what they typed."""

    email: str
    name: str = ""
    locale: str = "en"
    person: Person | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def make_token(
    session: Session,
    kind: str,
    addressee: Addressee,
    *,
    settings: MembersSettings,
    now: datetime,
) -> tuple[MailedToken, str]:
    """A token and its link, which only this call knows. Nothing is told."""
    secret = new_secret()
    made = MailedToken(
        id=new_id(),
        kind=kind,
        token_hash=hash_secret(secret),
        email=addressee.email,
        person_id=addressee.person.id if addressee.person else None,
        facts=dict(addressee.facts),
        made_at=now,
        expires_at=now + settings.link_lifetime,
        used_at=None,
    )
    session.add(made)
    return made, settings.public_url + KINDS[kind][1] + secret


def mail_token(
    session: Session,
    kind: str,
    addressee: Addressee,
    *,
    settings: MembersSettings,
    now: datetime,
) -> None:
    """Make a token and ask for the mail with its link."""
    made, link = make_token(session, kind, addressee, settings=settings, now=now)
    message = KINDS[kind][0](
        request_id=made.id,
        email=addressee.email,
        name=addressee.name,
        locale=addressee.locale,
        link=link,
        expires_at=made.expires_at,
    )
    tell(session, message, now=now)


def find_token(session: Session, kind: str, token: str, *, now: datetime) -> MailedToken | None:
    """The usable token, without using it."""
    query = select(MailedToken).where(
        MailedToken.token_hash == hash_secret(token),
        MailedToken.kind == kind,
        MailedToken.used_at.is_(None),
        MailedToken.expires_at > now,
    )
    return session.scalars(query).one_or_none()


def use_token(session: Session, kind: str, token: str, *, now: datetime) -> MailedToken:
    """The token, used up. Raises BadLink for any that can't be used (any more)."""
    found = find_token(session, kind, token, now=now)
    if found is not None:
        session.refresh(found, with_for_update=True)
    if found is None or found.used_at is not None:
        sentence = "This link was used before, or is too old. Ask for a new one."
        raise BadLink(sentence, faults=[Fault("/token", sentence)])
    found.used_at = now
    return found

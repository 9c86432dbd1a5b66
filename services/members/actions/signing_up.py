"""An account of one's own: signing up, signing in by a mailed link, choosing a new password."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.actions.failures import AlreadyThere, BadLink
from services.members.actions.introducing import record_person
from services.members.actions.mailing_tokens import (
    Addressee,
    mail_token,
    use_token,
)
from services.members.actions.recording import lock, record
from services.members.actions.signing_in import sign_out_everywhere
from services.members.actions.warning import warn
from services.members.model import Account, MailedToken, Person
from services.members.queries.accounts import find_account, people_at
from services.members.settings import MembersSettings
from shared.contracts.members import AddressConfirmed
from shared.foundation.names import PersonName, display_name, fold_email
from shared.messaging.outbox import in_vain, tell


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """What somebody typed who wants an account. password_hash None: by mailed links only."""

    names: Sequence[PersonName]
    email: str
    locale: str
    password_hash: str | None = None


def _addressee_of(session: Session, email: str) -> Person | None:
    """Whose the address is: its account's, or the one person's who is recorded with it."""
    account = find_account(session, email)
    if account is not None:
        return session.get_one(Person, account.person_id)
    people = people_at(session, email)
    alone = people[0] if len(people) == 1 else None
    return alone if alone is not None and not alone.has_account else None


def _mail_to(
    session: Session,
    kind: str,
    person: Person | None,
    email: str,
    *,
    settings: MembersSettings,
    now: datetime,
) -> None:
    if person is None:
        # As much work as for a known address, so that the time tells nothing.
        with in_vain(session):
            mail_token(session, kind, Addressee(email, email), settings=settings, now=now)
        return
    account = session.get(Account, person.id)
    known = Addressee(
        account.email if account else email,
        person.name_in(person.locale),
        person.locale,
        person,
    )
    mail_token(session, kind, known, settings=settings, now=now)


def ask_sign_in_link(
    session: Session, email: str, *, settings: MembersSettings, now: datetime
) -> None:
    """Mail a link to whoever has the address. Tells SignInLinkRequested if somebody does."""
    person = _addressee_of(session, email)
    _mail_to(session, "sign_in_link", person, email, settings=settings, now=now)


def ask_password_reset(
    session: Session, email: str, *, settings: MembersSettings, now: datetime
) -> None:
    """Mail a link to the account's address. Tells PasswordResetRequested if there is one."""
    person = _addressee_of(session, email)
    _mail_to(session, "password_reset", person, email, settings=settings, now=now)


def ask_sign_up(
    session: Session, wanted: SignUp, *, settings: MembersSettings, now: datetime
) -> None:
    """Mail a link to confirm the address; one to sign in where it has an account already.

    Tells SignUpRequested or SignInLinkRequested.
    """
    account = find_account(session, wanted.email)
    if account is not None:
        person = session.get_one(Person, account.person_id)
        _mail_to(session, "sign_in_link", person, wanted.email, settings=settings, now=now)
        return
    facts = {
        "names": [dict(vars(name)) for name in wanted.names],
        "locale": wanted.locale,
        "password_hash": wanted.password_hash,
    }
    new = Addressee(
        wanted.email,
        display_name(list(wanted.names), wanted.locale),
        wanted.locale,
        facts=facts,
    )
    mail_token(session, "sign_up", new, settings=settings, now=now)


def open_account(
    session: Session,
    person: Person,
    email: str,
    *,
    password_hash: str | None,
    actor: str,
    now: datetime,
) -> Account:
    """The person can sign in with the address. Tells PersonRecorded.

    Raises AlreadyThere when the address has an account, or the person.
    """
    lock(session, person)
    if person.has_account or person.erased_at or person.merged_into:
        raise AlreadyThere("This person has an account already.")
    account = Account(
        person_id=person.id,
        email=email,
        email_key=fold_email(email),
        password_hash=password_hash,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
            session.flush()
    except IntegrityError as error:
        raise AlreadyThere("This address has an account already.") from error
    person.has_account = True
    if person.email is None:
        person.email, person.email_key = email, fold_email(email)
    person.version += 1
    record(session, person, "account opened", before="recorded", actor=actor, now=now)
    tell(session, person.told(), now=now)
    return account


def _confirmed(session: Session, person_id: UUID, email: str, *, now: datetime) -> None:
    tell(session, AddressConfirmed(person_id=person_id, email=email), now=now)


def confirm_sign_up(session: Session, token: str, *, now: datetime) -> Person:
    """The address is theirs: the account is opened, guest registrations become theirs.

    Somebody recorded already with this address and name is the same person. Tells
    PersonRecorded and AddressConfirmed.
    """
    found = use_token(session, "sign_up", token, now=now)
    account = find_account(session, found.email)
    if account is not None:
        person = session.get_one(Person, account.person_id)
    else:
        person = _person_of(session, found, now=now)
        open_account(
            session,
            person,
            found.email,
            password_hash=found.facts["password_hash"],
            actor="link",
            now=now,
        )
    _confirmed(session, person.id, found.email, now=now)
    return person


def _person_of(session: Session, found: MailedToken, *, now: datetime) -> Person:
    facts: Mapping[str, Any] = found.facts
    names = [PersonName(**name) for name in facts["names"]]
    for person in people_at(session, found.email):
        if not person.has_account and person.is_called(names):
            return person
    values = {"names": names, "email": found.email, "locale": facts["locale"]}
    return record_person(session, values, actor="link", now=now)


def _account_of(session: Session, found: MailedToken, *, now: datetime) -> Account:
    """The token's account; opened now for a person who was recorded without one."""
    person = session.get(Person, found.person_id) if found.person_id else None
    if person is None or person.erased_at or person.merged_into:
        raise BadLink("This link can't be used any more. Ask for a new one.")
    account = session.get(Account, person.id)
    if account is None:
        account = open_account(
            session, person, found.email, password_hash=None, actor="link", now=now
        )
    if account.email_key != fold_email(found.email):
        raise BadLink("This link went to an address that is no longer the account's.")
    _confirmed(session, person.id, found.email, now=now)
    return account


def confirm_sign_in_link(session: Session, token: str, *, now: datetime) -> Person:
    """Whoever reads the address's mail is its person. Tells AddressConfirmed."""
    found = use_token(session, "sign_in_link", token, now=now)
    account = _account_of(session, found, now=now)
    return session.get_one(Person, account.person_id)


def reset_password(
    session: Session,
    token: str,
    password_hash: str,
    *,
    settings: MembersSettings,
    now: datetime,
) -> Person:
    """The account has this password, and is signed out everywhere. Tells SessionRevoked."""
    found = use_token(session, "password_reset", token, now=now)
    account = _account_of(session, found, now=now)
    account.password_hash = password_hash
    person = session.get_one(Person, account.person_id)
    record(session, person, "password changed", before=None, actor="link", now=now)
    warn(session, person, "password_changed", now=now)
    sign_out_everywhere(session, person.id, settings=settings, now=now)
    return person

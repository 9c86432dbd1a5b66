"""The first people of an installation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.granting import grant
from services.members.actions.introducing import record_person
from services.members.actions.signing_up import open_account
from services.members.model import Person, RoleGrant
from services.members.queries.accounts import find_account, people_at
from shared.contracts.members import AddressConfirmed
from shared.foundation.identities import Role
from shared.foundation.names import PersonName
from shared.messaging.outbox import tell


def make_account(
    session: Session,
    names: Sequence[PersonName],
    email: str,
    *,
    password_hash: str | None = None,
    locale: str = "en",
    actor: str,
    now: datetime,
) -> Person:
    """Somebody who can sign in, without a mail: by an operator's command, or the demo's loader.

    Whoever has the address's account, or is recorded with address and name, is that person.
    """
    account = find_account(session, email)
    if account is None:
        person = _person_of(session, names, email, locale=locale, actor=actor, now=now)
        account = open_account(
            session, person, email, password_hash=password_hash, actor=actor, now=now
        )
        tell(session, AddressConfirmed(person_id=person.id, email=email), now=now)
    elif password_hash is not None:
        account.password_hash = password_hash
    return session.get_one(Person, account.person_id)


def _person_of(
    session: Session,
    names: Sequence[PersonName],
    email: str,
    *,
    locale: str,
    actor: str,
    now: datetime,
) -> Person:
    for person in people_at(session, email):
        if person.is_called(names) and not person.has_account:
            return person
    values = {"names": list(names), "email": email, "locale": locale}
    return record_person(session, values, actor=actor, now=now)


def make_operator(
    session: Session,
    names: Sequence[PersonName],
    email: str,
    *,
    password_hash: str | None = None,
    actor: str,
    now: datetime,
) -> Person:
    """Somebody who may do everything. Twice is once."""
    person = make_account(session, names, email, password_hash=password_hash, actor=actor, now=now)
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == Role.OPERATOR,
        RoleGrant.is_live_at(now),
    )
    if session.scalars(held).first() is None:
        grant(session, person, Role.OPERATOR, None, actor=actor, now=now)
    return person

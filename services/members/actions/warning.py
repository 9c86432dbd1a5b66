"""Telling people by mail that how they sign in has changed, in case it was not them."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.members.model import Account, Person
from shared.contracts.members import SignInChanged
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell


def warn(session: Session, person: Person, change: str, *, now: datetime) -> None:
    """Tell SignInChanged to the account's address. change: one of SignInChanged.CHANGES."""
    account = session.get(Account, person.id)
    if account is None:
        return
    message = SignInChanged(
        notice_id=new_id(),
        person_id=person.id,
        email=account.email,
        name=person.name_in(person.locale),
        locale=person.locale,
        time_zone=person.time_zone,
        change=change,
        changed_at=now,
    )
    tell(session, message, now=now)

"""Who somebody is, of what members has told of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee
from services.notifications.actions.failures import NotKnownYet
from services.notifications.model import Recipient
from shared.foundation.names import PersonName, display_name


def addressees_of(session: Session, person_ids: Sequence[UUID], *, path: str) -> list[Addressee]:
    """The people as they can be told; without those who were erased or have no address.

    Raises NotKnownYet for somebody whose own message has not come yet: to be tried again.
    """
    query = select(Recipient).where(Recipient.id.in_(person_ids))
    known = {each.id: each for each in session.scalars(query)}
    missing = [each for each in person_ids if each not in known]
    if missing:
        raise NotKnownYet(f"Nothing is known yet of the person {missing[0]}.")
    return [
        Addressee(
            about_id=each.id,
            name=display_name([PersonName(**name) for name in each.names], each.locale),
            email=each.email,
            locale=each.locale,
            path=path,
            person_id=each.id if each.has_account else None,
        )
        for each in known.values()
        if each.email and not each.is_erased
    ]

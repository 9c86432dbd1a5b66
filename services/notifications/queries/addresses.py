"""Somebody's own addresses for chat, SMS and push."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.notifications.model import Address
from services.notifications.model.address import ACTIVE, UNCONFIRMED
from shared.foundation.failures import NotFound


def addresses_of(person_id: UUID) -> Select[Address]:
    """Those that are confirmed, or wait for it."""
    return select(Address).where(
        Address.person_id == person_id, Address.state.in_((ACTIVE, UNCONFIRMED))
    )


def get_address(
    session: Session, address_id: UUID, person_id: UUID, *, to_change: bool = False
) -> Address:
    """One of the person's own, also one that has ended. Raises NotFound."""
    query = select(Address).where(Address.id == address_id, Address.person_id == person_id)
    if to_change:
        query = query.with_for_update()
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("You have no such address.")
    return found

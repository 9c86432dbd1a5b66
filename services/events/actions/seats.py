"""Taking and giving back seats. Whoever calls has locked the ledger first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.failures import NotEnoughSeats
from services.events.model import Allotment, SeatLedger
from shared.contracts.events import SeatsFreed
from shared.messaging.outbox import tell


def lock_ledger(session: Session, workshop_id: UUID) -> SeatLedger:
    """The workshop's ledger, locked until the end of the transaction, as it is now."""
    query = (
        select(SeatLedger)
        .where(SeatLedger.workshop_id == workshop_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one()


def find_allotment(session: Session, workshop_id: UUID, body_id: UUID | None) -> Allotment | None:
    """The body's allotment, as it is now; read under the ledger's lock."""
    if body_id is None:
        return None
    return session.get(Allotment, (workshop_id, body_id), populate_existing=True)


def set_capacity(
    session: Session, ledger: SeatLedger, capacity: int | None, *, now: datetime
) -> None:
    """Change how many seats there are. Raises NotEnoughSeats below what is taken."""
    if capacity is not None and capacity < ledger.taken:
        raise NotEnoughSeats(
            f"{ledger.taken} seats are taken: {ledger.confirmed} confirmed, {ledger.held} held, "
            f"{ledger.offered} offered, {ledger.allotted} allotted. Capacity can't be {capacity}."
        )
    before, ledger.capacity = ledger.capacity, capacity
    more = None if capacity is None or before is None else capacity - before
    if more is None or more > 0:
        told = SeatsFreed(workshop_id=ledger.workshop_id, seats=more or 0, cause="enlarged")
        tell(session, told, now=now)


def give_back(
    session: Session, ledger: SeatLedger, seat_of: UUID | None, *, cause: str, now: datetime
) -> None:
    """A seat that was taken off the ledger's counts returns: to its body while that has its
    allotment open, else to the pool."""
    allotment = find_allotment(session, ledger.workshop_id, seat_of)
    if allotment is not None:
        allotment.used -= 1
        allotment.version += 1
        if allotment.is_open:
            ledger.allotted += 1
    told = SeatsFreed(workshop_id=ledger.workshop_id, seats=1, cause=cause)
    tell(session, told, now=now)

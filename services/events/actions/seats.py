"""Taking and giving back seats. Whoever calls has locked the ledger first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.failures import AllotmentUsedUp, NotEnoughSeats
from services.events.model import Allotment, Nomination, SeatLedger
from shared.contracts.events import SeatsFreed
from shared.foundation.sentences import said
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
            said(
                "%(taken)s seats are taken: %(confirmed)s confirmed, %(held)s held, "
                "%(offered)s offered, %(allotted)s allotted. Capacity can't be %(capacity)s.",
                taken=ledger.taken,
                confirmed=ledger.confirmed,
                held=ledger.held,
                offered=ledger.offered,
                allotted=ledger.allotted,
                capacity=capacity,
            )
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


def take_allotted_seat(
    nomination: Nomination, ledger: SeatLedger, allotment: Allotment | None
) -> None:
    """One unused seat of the body becomes held for the nominee."""
    if allotment is None:
        raise AllotmentUsedUp("Your body has no seats at this workshop.", code="no_allotment")
    if not allotment.is_open:
        raise AllotmentUsedUp("Your unused seats were released.", code="allotment_released")
    if allotment.unused < 1:
        raise AllotmentUsedUp(
            said(
                "All seats of your body are used (%(seats)s). Withdraw or substitute someone.",
                seats=allotment.seats,
            )
        )
    allotment.used += 1
    allotment.version += 1
    ledger.allotted -= 1
    ledger.held += 1
    nomination.has_seat = True

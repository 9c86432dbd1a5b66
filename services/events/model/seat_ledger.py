"""The seat ledger of a workshop: one row whose lock orders everything that happens to seats.

Always: confirmed + held + offered + allotted ≤ capacity. The database itself refuses a row
that breaks it, so no code can oversell.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base

TAKEN: Final = "confirmed + held + offered + allotted"


class SeatLedger(Base):
    """Seats by what they are taken for; capacity None: as many as wanted.

    held: pending and nominated. allotted: unused seats of open allotments.
    next_queue_number: place order of the waiting list; numbers are never used again.
    """

    __tablename__ = "seat_ledgers"
    __table_args__ = (
        CheckConstraint(f"capacity IS NULL OR {TAKEN} <= capacity", "not_oversold"),
        CheckConstraint("confirmed >= 0 AND held >= 0 AND offered >= 0", "none_negative"),
        CheckConstraint("allotted >= 0 AND waiting >= 0", "none_below_zero"),
    )

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), primary_key=True)
    capacity: Mapped[int | None]
    confirmed: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    offered: Mapped[int] = mapped_column(default=0)
    allotted: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    next_queue_number: Mapped[int] = mapped_column(default=1)

    @property
    def taken(self) -> int:
        """Seats that nobody else can have."""
        return self.confirmed + self.held + self.offered + self.allotted

    @property
    def free(self) -> int | None:
        """Seats in the pool; None: no limit."""
        return None if self.capacity is None else self.capacity - self.taken

    @property
    def has_free_seat(self) -> bool:
        """Whether the pool has a seat now."""
        return self.capacity is None or self.taken < self.capacity

"""An allotment: seats of one body at one workshop, until their release date."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base


class Allotment(Base):
    """seats: how many the body may name people for; used: how many it has.

    alternates: how many more people it may name without a seat. release_at: when what is
    unused returns to the pool by itself. released_at: when it did; None while open.
    """

    __tablename__ = "allotments"
    __table_args__ = (
        CheckConstraint("used >= 0 AND (released_at IS NOT NULL OR used <= seats)", "used_fits"),
        Index(None, "released_at", "release_at"),
    )

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    seats: Mapped[int]
    alternates: Mapped[int] = mapped_column(default=0)
    used: Mapped[int] = mapped_column(default=0)
    release_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether its unused seats are still the body's."""
        return self.released_at is None

    @property
    def unused(self) -> int:
        """Seats of the ledger's `allotted` that are this body's."""
        return self.seats - self.used if self.is_open else 0

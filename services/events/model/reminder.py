"""That a body was reminded of seats that it does not use."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base

DAYS: Final = (7, 1)
"""Before the seats go back."""


class SeatReminder(Base):
    """until: of what it was reminded; another date is reminded of anew."""

    __tablename__ = "seat_reminders"

    workshop_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]

"""Reminders: how long before, and that they were given."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base

MOST_DAYS: Final = 90
MOST_REMINDERS: Final = 5
START: Final = "start"
START_HOURS: Final = "start_hours"
CONFIRM: Final = "confirm"
MOST_HOURS: Final = 72
DEFAULTS: Final[dict[str, Sequence[int]]] = {START: (7, 1), START_HOURS: (), CONFIRM: (3, 1)}
"""Before what → how many days before it; of `start_hours`, hours."""


def plain_reminders(chosen: Mapping[str, Sequence[int]] | None) -> dict[str, list[int]]:
    """What holds: as chosen, else as usual."""
    return {name: list(days) for name, days in {**DEFAULTS, **(chosen or {})}.items()}


class ReminderMark(Base):
    """That those of a time zone were reminded. before: start, start_hours or confirm.

    days: before it; of start_hours, hours. local_day: of what they were reminded of, there. A
    workshop that moves is reminded of anew.
    """

    __tablename__ = "reminder_marks"

    workshop_id: Mapped[UUID] = mapped_column(primary_key=True)
    before: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    local_day: Mapped[date] = mapped_column(primary_key=True)
    time_zone: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]

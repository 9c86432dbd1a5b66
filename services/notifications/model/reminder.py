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
CONFIRM: Final = "confirm"
DEFAULTS: Final[dict[str, Sequence[int]]] = {START: (7, 1), CONFIRM: (3, 1)}
"""Before what → how many days before it."""


def plain_reminders(chosen: Mapping[str, Sequence[int]] | None) -> dict[str, list[int]]:
    """What holds: as chosen, else as usual."""
    return {name: list(days) for name, days in {**DEFAULTS, **(chosen or {})}.items()}


class ReminderMark(Base):
    """That those of a time zone were reminded. before: start or confirm.

    local_day: of what they were reminded of, there. A workshop that moves is reminded of anew.
    """

    __tablename__ = "reminder_marks"

    workshop_id: Mapped[UUID] = mapped_column(primary_key=True)
    before: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    local_day: Mapped[date] = mapped_column(primary_key=True)
    time_zone: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]

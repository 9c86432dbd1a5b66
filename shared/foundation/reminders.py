"""When to remind of a moment: some days before, at nine by the clock on the wall."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from shared.foundation.clock import local_day

HOUR: Final = time(9)
"""Local time at which people are reminded."""


def reminder_at(moment: datetime, days: int, time_zone: str) -> datetime:
    """When to remind of the moment: at nine there, so many days before; never after it.

    By the clock on the wall, so that a change to summer time shifts nothing.
    """
    day = local_day(moment, time_zone) - timedelta(days=days)
    return min(datetime.combine(day, HOUR, ZoneInfo(time_zone)), moment)


def due_reminder(
    moment: datetime, days: Sequence[int], time_zone: str, *, now: datetime
) -> int | None:
    """Which of them is due: the last one whose time has come. None before all, and afterwards."""
    if now >= moment:
        return None
    come = [each for each in days if reminder_at(moment, each, time_zone) <= now]
    return min(come, default=None)


def due_hours(moment: datetime, hours: Sequence[int], *, now: datetime) -> int | None:
    """Which of them is due, by hours that pass and not by clocks; as `due_reminder`."""
    if now >= moment:
        return None
    return min((each for each in hours if now >= moment - timedelta(hours=each)), default=None)

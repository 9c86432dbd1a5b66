"""What is drawn on the server: lines over time, a strip of days, a month. Each has its table."""

from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONDAY: Final = 0
SIZE: Final = (640.0, 220.0)
MARGIN: Final = (44.0, 24.0)
TICKS: Final = 4


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """A stepped line of counts by day, in SVG's units. ticks: (y, its label)."""

    line: str
    area: str
    ticks: list[tuple[float, int]]
    points: Sequence[tuple[date, int]]
    ceiling_y: float | None
    width: float = SIZE[0]
    height: float = SIZE[1]
    left: float = MARGIN[0]


def line_chart(points: Sequence[tuple[date, int]], *, ceiling: int | None = None) -> LineChart:
    """Counts that held from each day on; days are as far apart as they were. ceiling: a line."""
    (width, height), (left, below) = SIZE, MARGIN
    floor = height - below
    most = max([count for _day, count in points] + [ceiling or 1, 1])
    first = points[0][0] if points else date.min
    days = max((points[-1][0] - first).days, 1) if points else 1

    def place(day: date, count: int) -> tuple[float, float]:
        along = (day - first).days / days
        return left + along * (width - left), floor - count * (floor - 8) / most

    steps: list[tuple[float, float]] = []
    for day, count in points:
        x, y = place(day, count)
        steps += [(x, steps[-1][1]), (x, y)] if steps else [(x, y)]
    ends = [(steps[-1][0], floor), (steps[0][0], floor)] if steps else []
    levels = sorted({round(most * number / TICKS) for number in range(TICKS + 1)})
    return LineChart(
        line=_written(steps),
        area=_written([*steps, *ends]),
        ticks=[(place(first, level)[1], level) for level in levels],
        points=points,
        ceiling_y=place(first, ceiling)[1] if ceiling else None,
    )


def _written(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What is on one day: words for it, and where they lead. is_due: a deadline."""

    title: str
    path: str
    is_due: bool = False


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a strip or a month, with its marks. is_out: of another month."""

    day: date
    marks: Sequence[Mark]
    is_today: bool
    is_out: bool = False

    @property
    def is_due(self) -> bool:
        """Whether a deadline, and nothing else, is on it."""
        return bool(self.marks) and all(mark.is_due for mark in self.marks)


def strip(today: date, marks: Mapping[date, Sequence[Mark]], *, days: int = 21) -> list[Day]:
    """The days from today on."""
    wanted = [today + timedelta(days=number) for number in range(days)]
    return [Day(day=each, marks=marks.get(each, []), is_today=each == today) for each in wanted]


def month(
    year: int, number: int, marks: Mapping[date, Sequence[Mark]], *, today: date
) -> list[list[Day]]:
    """The weeks of a month, from Monday on, filled up with days of its neighbours."""
    weeks = Calendar(MONDAY).monthdatescalendar(year, number)
    return [
        [
            Day(
                day=each,
                marks=marks.get(each, []) if each.month == number else [],
                is_today=each == today,
                is_out=each.month != number,
            )
            for each in week
        ]
        for week in weeks
    ]

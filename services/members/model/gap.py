"""The talent gap as it is published: numbered snapshots, and their cells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base

DIMENSIONS: Final[Mapping[str, str]] = {
    "association": "association_id",
    "sector": "sector",
    "capability": "lineage_id",
    "staff_level": "staff_level",
    "job_kind": "job_kind",
    "quarter": "quarter",
}
"""What cells are told apart by → the column that says so."""
BETWEEN: Final = "|"
"""Between the associations that one figure counts for."""
PEOPLE: Final = ("supply", "pipeline", "planned", "seated", "attended", "certified")
FIGURES: Final = ("demand", *PEOPLE, "gap")
VIEWS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("association",),
    ("capability",),
    ("association", "capability"),
    ("capability", "staff_level"),
    ("association", "capability", "staff_level"),
    ("staff_level",),
    ("quarter",),
    ("job_kind",),
    ("sector",),
    ("capability", "quarter"),
    ("association", "quarter"),
    ("capability", "job_kind"),
    ("sector", "capability"),
    ("capability", "staff_level", "quarter"),
    ("capability", "staff_level", "job_kind"),
    ("association", "capability", "staff_level", "job_kind", "quarter"),
)
"""What is published, from what matters most on: of two that can't both be, the later is hidden."""


def view_of(names: set[str]) -> str | None:
    """The published view with exactly these dimensions; None where there is none."""
    found = next((each for each in VIEWS if set(each) == names), None)
    return None if found is None else ",".join(found)


def quarter_of(moment: datetime, zone: ZoneInfo, ahead: int = 0) -> str:
    """The calendar quarter of a moment, or one that is so many ahead, such as 2026Q4."""
    there = moment.astimezone(zone)
    number = there.year * 4 + (there.month - 1) // 3 + ahead
    return f"{number // 4}Q{number % 4 + 1}"


class GapSnapshot(Base):
    """One edition of an alliance's gap. number: counts from 1. made_by: somebody, or the timer.

    basis: tells whether anything it was computed from has changed since. held_back: how many
    organisations' newer figures wait until they can be published among others'.
    """

    __tablename__ = "gap_snapshots"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    framework_id: Mapped[UUID] = mapped_column(ForeignKey("capability_frameworks.id"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    basis: Mapped[str]
    held_back: Mapped[int]


class GapCell(Base):
    """Figures of one cell of one view. A figure that is None is hidden.

    view: its dimensions, by comma; the columns of others are None. gap: demand − supply −
    pipeline.
    """

    __tablename__ = "gap_cells"
    __table_args__ = (
        Index("ix_gap_cells_view", "snapshot_id", "view", "number"),
        Index(None, "association_id"),
    )

    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("gap_snapshots.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    view: Mapped[str]
    association_id: Mapped[UUID | None]
    sector: Mapped[str | None]
    lineage_id: Mapped[UUID | None]
    staff_level: Mapped[str | None]
    job_kind: Mapped[str | None]
    quarter: Mapped[str | None]
    demand: Mapped[int | None]
    supply: Mapped[int | None]
    pipeline: Mapped[int | None]
    gap: Mapped[int | None]
    planned: Mapped[int | None]
    seated: Mapped[int | None]
    attended: Mapped[int | None]
    certified: Mapped[int | None]


class GapBasis(Base):
    """What an alliance's latest snapshot was made from. Nobody reads it but the next one.

    released: the organisations' figures as they were published, and what was published together.
    """

    __tablename__ = "gap_bases"

    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("gap_snapshots.id"), primary_key=True)
    released: Mapped[dict[str, Any]]

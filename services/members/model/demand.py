"""Collecting demand: an association's rounds, and what each of its companies answers."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.foundation.languages import Text

OPEN: Final = "open"
CLOSED: Final = "closed"
ASKED: Final = "asked"
ANSWERED: Final = "answered"
RETURNED: Final = "returned"
ACCEPTED: Final = "accepted"
ANSWER_STATES: Final = (ASKED, ANSWERED, RETURNED, ACCEPTED)
CELL: Final = ("capability_id", "staff_level", "job_kind", "quarter")
"""Columns that say which line of an answer it is."""
MOST_QUARTERS: Final = 12
MOST_HEADS: Final = 100_000
MOST_LINES: Final = 5000
MOST_DAYS_BEFORE: Final = 60


class DemandRound(Base):
    """Asks all companies of an association, until a moment. capability_ids: as texts.

    quarters: how many are asked for, from the present one on. is_asked: every company has been.
    """

    __tablename__ = "demand_rounds"
    __table_args__ = (Index(None, "organisation_id"), Index(None, "state", "closes_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    framework_id: Mapped[UUID] = mapped_column(ForeignKey("capability_frameworks.id"))
    state: Mapped[str]
    titles: Mapped[Text]
    texts: Mapped[Text]
    capability_ids: Mapped[list[Any]]
    quarters: Mapped[int]
    closes_at: Mapped[datetime]
    time_zone: Mapped[str]
    reminder_days: Mapped[list[Any]]
    is_asked: Mapped[bool]
    created_at: Mapped[datetime]


class DemandAnswer(Base):
    """What one company answers in a round. reminded: how many days before the end they were."""

    __tablename__ = "demand_answers"
    __table_args__ = (
        UniqueConstraint("round_id", "company_id"),
        Index(None, "company_id"),
        Index(None, "round_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("demand_rounds.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    company_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[str]
    reason: Mapped[str]
    reminded: Mapped[int | None]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class DemandLine(Base):
    """So many people with a capability, of a staff level, for a kind of job, in a quarter.

    quarter: 1 is that in which the round was opened.
    """

    __tablename__ = "demand_lines"
    __table_args__ = (CheckConstraint("headcount > 0", "some_heads"),)

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("demand_answers.id"), primary_key=True)
    capability_id: Mapped[UUID] = mapped_column(ForeignKey("capabilities.id"), primary_key=True)
    staff_level: Mapped[str] = mapped_column(primary_key=True)
    job_kind: Mapped[str] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True)
    headcount: Mapped[int]

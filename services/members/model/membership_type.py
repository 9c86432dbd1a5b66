"""A membership type of an organisation: for whom it is, and how long a term lasts."""

import calendar
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.foundation.languages import Text

TERMS: Final = ("open", "rolling", "fixed_year")
KEY: Final = r"^[a-z0-9][a-z0-9_-]{0,39}$"
MOST_MONTHS: Final = 120
MOST_DAYS: Final = 730
MONTHS: Final = 12
LAST_YEAR: Final = 9999


class MembershipType(Base):
    """key: what memberships of the host name it by. retired_at: no new ones are made from then.

    term: `open` has no end; `rolling` lasts `months` from its first day; `fixed_year` ends with
    the year that begins on the first of `year_starts_month`.
    kinds: of organisations that it is for; none: any.
    """

    __tablename__ = "membership_types"
    __table_args__ = (
        UniqueConstraint("host_id", "key"),
        CheckConstraint("term <> 'rolling' OR months IS NOT NULL", "rolling_has_months"),
        CheckConstraint(
            "term <> 'fixed_year' OR year_starts_month IS NOT NULL", "fixed_year_has_a_start"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    host_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str]
    names: Mapped[Text]
    term: Mapped[str]
    months: Mapped[int | None]
    year_starts_month: Mapped[int | None]
    grace_days: Mapped[int]
    notice_days: Mapped[int]
    kinds: Mapped[list[Any]]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    def is_for(self, kind: str) -> bool:
        """Whether organisations of that kind may have it."""
        return not self.kinds or kind in self.kinds

    def last_day(self, first: date) -> date | None:
        """The last day of the term that the day is the first of; None without an end.

        A year that has begun counts from there: its end is the same for all.
        """
        if self.term == "rolling" and self.months:
            return last_day_of(first, self.months)
        if self.term == "fixed_year" and self.year_starts_month:
            begins = date(first.year, self.year_starts_month, 1)
            if begins <= first:
                begins = add_months(begins, MONTHS)
            return begins - timedelta(days=1)
        return None


def last_day_of(first: date, months: int) -> date:
    """The last of so many months that begin with the day.

    Where the month has no such day, it is the month's last (Civil Code of Taiwan, article 121).
    """
    later = add_months(first, months)
    return later if later.day < first.day else later - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = min(day.year + years, LAST_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

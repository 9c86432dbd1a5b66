"""A membership: an organisation belongs to another, from a day to a day."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members import MembershipRecorded

ACTIVE: Final = ("active", "in_grace")
"""States in which the member is part of its host's tree."""
OPEN: Final = ("draft", "submitted", "returned", "approved", "active", "in_grace", "suspended")
"""States that may still lead somewhere; one of them at a time for a member and its host."""
STATES: Final = (*OPEN, "lapsed", "rejected", "resigned", "expelled", "merged")
"""All of them."""
UNDECIDED: Final = ("draft", "submitted", "returned", "rejected")
_OPEN_SQL: Final = f"state IN ({', '.join(repr(state) for state in OPEN)})"


class Membership(Base):
    """State: draft, submitted, returned, approved, active, in_grace, lapsed, suspended;
    or rejected, resigned, expelled. ends_on: its last day; None: until further notice.
    notice_on: when its end is announced; None: never, or it was. lapses_on: the last day of grace.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("member_id <> host_id", "not_its_own_member"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "ends_after_start"),
        Index(
            "uq_memberships_open",
            "member_id",
            "host_id",
            unique=True,
            sqlite_where=text(_OPEN_SQL),
            postgresql_where=text(_OPEN_SQL),
        ),
        Index(None, "member_id", "state"),
        Index(None, "host_id", "state"),
        Index(None, "state", "ends_on"),
        Index(None, "state", "notice_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    host_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    type: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    notice_on: Mapped[date | None]
    lapses_on: Mapped[date | None]
    created_at: Mapped[datetime]

    def told(self) -> MembershipRecorded:
        """The message with the whole of it."""
        return MembershipRecorded(
            membership_id=self.id,
            version=self.version,
            member_id=self.member_id,
            host_id=self.host_id,
            membership_type=self.type,
            state=self.state,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )

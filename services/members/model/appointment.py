"""An appointment: a person holds an office or mandate for an organisation."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, or_, true
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members import AppointmentRecorded

ROLES: Final = ("focal_point", "head_of_delegation", "delegate", "officer")
SEAT: Final = "seat"
"""The role of whoever sits on a seat of a committee or working group."""


class Appointment(Base):
    """role: one of ROLES, or `seat` on seat_id. grant_id: what a focal point may do, same term.

    ended_at: when it ended, early or on its day. substituted_by: the appointment that came
    instead. substitutes_for: the one that it stands in for, which goes on beside it.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "ends_after_start"),
        Index(None, "organisation_id", "role", "id"),
        Index(None, "person_id"),
        Index(None, "substitutes_for"),
        Index(None, "seat_id"),
        Index(None, "ended_at", "ends_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    substituted_by: Mapped[UUID | None]
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("grants.id"))
    substitutes_for: Mapped[UUID | None]
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seats.id"))

    @classmethod
    def is_live_on(cls, today: date) -> ColumnElement[bool]:
        """Those that have not ended; they may be still to come."""
        return and_(cls.ended_at.is_(None), or_(cls.ends_on.is_(None), cls.ends_on >= today))

    @classmethod
    def meets(cls, starts_on: date, ends_on: date | None) -> ColumnElement[bool]:
        """Those that have not ended and share a day with the term."""
        begins = cls.starts_on <= ends_on if ends_on is not None else true()
        return and_(cls.is_live_on(starts_on), begins)

    def told(self) -> AppointmentRecorded:
        """The message with the whole of it."""
        return AppointmentRecorded(
            appointment_id=self.id,
            version=self.version,
            person_id=self.person_id,
            organisation_id=self.organisation_id,
            role=self.role,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            is_over=self.ended_at is not None,
            substitutes_for=self.substitutes_for,
        )

"""An appointment: a person holds an office or mandate for an organisation."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members import AppointmentRecorded

ROLES: Final = ("focal_point", "delegate", "officer")


class Appointment(Base):
    """role: focal_point, delegate, officer. grant_id: what a focal point may do, same term.

    ended_at: when it was ended early. substituted_by: the appointment that came instead.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "ends_after_start"),
        Index(None, "organisation_id", "role", "id"),
        Index(None, "person_id"),
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

    @classmethod
    def is_live_on(cls, today: date) -> ColumnElement[bool]:
        """Those that have not ended; they may be still to come."""
        return and_(cls.ended_at.is_(None), or_(cls.ends_on.is_(None), cls.ends_on >= today))

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
        )

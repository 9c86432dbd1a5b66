"""An affiliation: a person works for an organisation, from a day to a day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members import AffiliationRecorded


class Affiliation(Base):
    """starts_on, ends_on: first and last day, where known. ended_at: when it was ended early."""

    __tablename__ = "affiliations"
    __table_args__ = (Index(None, "organisation_id", "id"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]

    @classmethod
    def is_live_on(cls, today: date) -> ColumnElement[bool]:
        """Those that have not ended."""
        return and_(cls.ended_at.is_(None), or_(cls.ends_on.is_(None), cls.ends_on >= today))

    def told(self) -> AffiliationRecorded:
        """The message with the whole of it."""
        return AffiliationRecorded(
            affiliation_id=self.id,
            version=self.version,
            person_id=self.person_id,
            organisation_id=self.organisation_id,
            title=self.title,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )

"""A grant: what a person may do at an organisation and below it, until a time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members import GrantRecorded


class RoleGrant(Base):
    """organisation_id None: everywhere. starts_at, expires_at None: no bound."""

    __tablename__ = "grants"
    __table_args__ = (Index(None, "person_id"), Index(None, "organisation_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    subtree: Mapped[bool]
    starts_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    granted_by: Mapped[str]

    @classmethod
    def is_live_at(cls, now: datetime) -> ColumnElement[bool]:
        """Those in force at the instant."""
        return and_(
            cls.revoked_at.is_(None),
            or_(cls.starts_at.is_(None), cls.starts_at <= now),
            or_(cls.expires_at.is_(None), cls.expires_at > now),
        )

    def told(self) -> GrantRecorded:
        """The message with the whole of it."""
        return GrantRecorded(
            grant_id=self.id,
            version=self.version,
            person_id=self.person_id,
            role=self.role,
            organisation_id=self.organisation_id,
            subtree=self.subtree,
            expires_at=self.expires_at,
            is_revoked=self.revoked_at is not None,
        )

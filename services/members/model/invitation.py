"""An invitation to take an account, by mail."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, and_
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base

STATES: Final = ("open", "accepted", "revoked", "expired")


class Invitation(Base):
    """role None: the account alone. organisation_id None: an operator's, for all of the site.

    grant_expires_at: of the grant that comes with it. token_hash: of the latest mail's link.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(None, "invited_by"),
        Index(None, "email_key"),
        Index(None, "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    email: Mapped[str]
    email_key: Mapped[str]
    name: Mapped[str]
    locale: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str | None]
    subtree: Mapped[bool]
    grant_expires_at: Mapped[datetime | None]
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None]

    def state_at(self, now: datetime) -> str:
        """One of STATES."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if self.expires_at > now else "expired"

    @classmethod
    def is_open_at(cls, now: datetime) -> ColumnElement[bool]:
        """Those that can be accepted at the instant."""
        return and_(cls.accepted_at.is_(None), cls.revoked_at.is_(None), cls.expires_at > now)

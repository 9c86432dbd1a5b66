"""Personal tokens: what a person's own programs ask with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class PersonalToken(Base):
    """A signed token with scopes; its text is known to its maker alone. scopes: list of text."""

    __tablename__ = "personal_tokens"
    __table_args__ = (Index(None, "person_id", "id"), Index(None, "expires_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def is_live(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.revoked_at is None and self.expires_at > now

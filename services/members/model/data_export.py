"""A copy of all that is held about a person, gathered from every service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class DataExport(Base):
    """asked_by: the person or an operator. ready_at: when every service had sent its last piece."""

    __tablename__ = "data_exports"
    __table_args__ = (Index(None, "person_id", "id"), Index(None, "expires_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def state(self) -> str:
        """gathering or ready."""
        return "gathering" if self.ready_at is None else "ready"


class DataExportPiece(Base):
    """Some rows of one section, as a service sent them. number: from 0, of each service."""

    __tablename__ = "data_export_pieces"

    export_id: Mapped[UUID] = mapped_column(
        ForeignKey("data_exports.id", ondelete="CASCADE"), primary_key=True
    )
    service: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section: Mapped[str]
    rows: Mapped[list[Any]]
    is_last: Mapped[bool]

"""Mails that embedded mode keeps instead of sending."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base


class KeptMail(Base):
    """One mail as it would have been handed over. raw: its RFC 5322 source."""

    __tablename__ = "kept_mails"
    __table_args__ = (Index(None, "to_key", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    to: Mapped[str]
    to_key: Mapped[str]
    subject: Mapped[str]
    sent_at: Mapped[datetime]
    raw: Mapped[bytes]

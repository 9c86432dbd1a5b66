"""What a person finds in their inbox in the app."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base


class InboxItem(Base):
    """One notification as its person reads it. path: where it leads within the site."""

    __tablename__ = "inbox_items"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notifications.id"))
    person_id: Mapped[UUID]
    subject: Mapped[str]
    body: Mapped[str]
    path: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

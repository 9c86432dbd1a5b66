"""A notification: one thing that one recipient is told, whatever the channels."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base


class Notification(Base):
    """kind: the mail's name, such as `seat_offered`. about_id: the registration and so on.

    idempotency_key: the message's id and the recipient; the same one is told once.
    facts: what the texts need, as plain values.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index(None, "idempotency_key", unique=True),
        Index(None, "about_id"),
        Index(None, "workshop_id"),
        Index(None, "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str]
    kind: Mapped[str]
    category: Mapped[str]
    about_id: Mapped[UUID]
    workshop_id: Mapped[UUID | None]
    host_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    name: Mapped[str]
    locale: Mapped[str]
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

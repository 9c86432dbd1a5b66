"""An address that nothing is sent to, why, and until when."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base

ALL: Final = "all"
SCOPES: Final = (ALL, "optional")


class Suppression(Base):
    """In force until lifted_at or expires_at, whichever comes first.

    scope: `all`, or `optional`: what can be chosen is not sent, tickets and the like are.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        Index(
            "uq_suppressions_in_force",
            "email_key",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str]
    reason: Mapped[str]
    scope: Mapped[str] = mapped_column(server_default=ALL)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]

"""Retention: when each kind of data was last gone over, and how much was forgotten."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class RetentionRun(Base):
    """The last run of one kind. total: forgotten since counting began."""

    __tablename__ = "retention_runs"

    kind: Mapped[str] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]
    count: Mapped[int]
    total: Mapped[int]

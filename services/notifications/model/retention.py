"""Retention: when each kind of data was last gone over, and how much was forgotten."""

from services.notifications.model.base import Base
from shared.retaining import RetentionColumns


class RetentionRun(RetentionColumns, Base):
    """The last run of one kind."""

    __tablename__ = "retention_runs"

"""An erasure: that a person was forgotten, and what each service said of it. Without their data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class Erasure(Base):
    """due_at: when every service must have said that it is done.

    number, hash_before, hash: its receipt's place in the chain of all receipts, once finished.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        UniqueConstraint("person_id"),
        UniqueConstraint("number"),
        Index(None, "finished_at", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    due_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    number: Mapped[int | None] = mapped_column(BigInteger())
    hash_before: Mapped[str | None]
    hash: Mapped[str | None]

    def state_at(self, now: datetime) -> str:
        """finished, running, or overdue: a service has not said in time that it is done."""
        if self.finished_at is not None:
            return "finished"
        return "overdue" if self.due_at < now else "running"


class ErasurePart(Base):
    """What one service has erased. counts: kind → how many. is_final: late messages too."""

    __tablename__ = "erasure_parts"

    erasure_id: Mapped[UUID] = mapped_column(ForeignKey("erasures.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    counts: Mapped[dict[str, Any]]
    forgotten_at: Mapped[datetime]
    is_final: Mapped[bool]

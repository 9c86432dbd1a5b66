"""The history: every change keeps who, when, why and what it was before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base


class Transition(Base):
    """Append-only. actor: a person's id, `link` or `timer`. before, after: a state, or JSON."""

    __tablename__ = "transitions"
    __table_args__ = (Index(None, "subject_id"),)

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    at: Mapped[datetime]
    actor: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")

"""A merge: two records of one person became one, and can become two again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members_directory import PersonMerged


class Merge(Base):
    """before: field of the kept → its value until then; after: what it was given instead.

    moved: [table, id] of each row that was the other's. united: what was held twice and was
    changed to be held once, as `uniting_offices.Change`. merged_by: who did it, as in the history.
    """

    __tablename__ = "merges"
    __table_args__ = (Index(None, "kept_id", "id"), Index(None, "gone_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    moved: Mapped[list[Any]]
    united: Mapped[list[Any]]
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    undone_at: Mapped[datetime | None]

    def told(self) -> PersonMerged:
        """The message by which every service follows."""
        return PersonMerged(
            merge_id=self.id,
            version=self.version,
            kept_id=self.kept_id,
            gone_id=self.gone_id,
            is_undone=self.undone_at is not None,
        )

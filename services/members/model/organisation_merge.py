"""A merge of organisations: two records of one became one, and can become two again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members_directory import OrganisationMerged


class OrganisationMerge(Base):
    """before: field of the kept → its value until then; after: what it was given instead.

    moved: [table, column, id] of each row that was the other's.
    collapsed: [id, state] of each membership that the two had twice, of which one went on.
    united: what one person held at both, as `uniting_offices.Change`.
    """

    __tablename__ = "organisation_merges"
    __table_args__ = (Index(None, "kept_id", "id"), Index(None, "gone_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    moved: Mapped[list[Any]]
    collapsed: Mapped[list[Any]]
    united: Mapped[list[Any]]
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    undone_at: Mapped[datetime | None]

    def told(self) -> OrganisationMerged:
        """The message by which every service follows."""
        return OrganisationMerged(
            merge_id=self.id,
            version=self.version,
            kept_id=self.kept_id,
            gone_id=self.gone_id,
            is_undone=self.undone_at is not None,
        )

"""A segment: people or organisations of one organisation, by filters or picked by hand."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members_directory import SegmentRecorded
from shared.foundation.languages import Text

SEGMENT_KINDS: Final = ("people", "organisations")


class Segment(Base):
    """kind: what it is of. filters: name → value, all of which hold; None: picked by hand.

    Only those at or below its organisation are ever in it. member_count: when it was evaluated.
    """

    __tablename__ = "segments"
    __table_args__ = (Index(None, "organisation_id", "id"), Index(None, "evaluated_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    names: Mapped[Text]
    filters: Mapped[dict[str, Any] | None]
    picked: Mapped[list[Any]]
    member_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    evaluated_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    @property
    def picked_ids(self) -> list[UUID]:
        """Who was picked by hand; they count while they belong there."""
        return [UUID(each) for each in self.picked]

    def told(self) -> SegmentRecorded:
        """The message with all of it but its members."""
        return SegmentRecorded(
            segment_id=self.id,
            version=self.version,
            organisation_id=self.organisation_id,
            names=dict(self.names),
            member_kind=self.kind,
            is_removed=self.removed_at is not None,
        )


class SegmentMember(Base):
    """Who is in it, as it was told."""

    __tablename__ = "segment_members"
    __table_args__ = (Index(None, "member_id"),)

    segment_id: Mapped[UUID] = mapped_column(ForeignKey("segments.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)

"""The catalogues of an alliance: experts and technologies that its organisations offer."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from services.members.model.name_grams import index_of_names
from services.members.model.tags import tags_of
from shared.foundation.languages import Text
from shared.foundation.names import fold

EXPERT: Final = "expert"
TECHNOLOGY: Final = "technology"
ENTRY_KINDS: Final = (EXPERT, TECHNOLOGY)
ACTIVE: Final = "active"
PAUSED: Final = "paused"
MOST_AT_ONCE: Final = 1000
LONGEST_TEXT: Final = 8000


class CatalogueEntry(Base):
    """An expert or a technology. organisation_id: who offers it. capability_ids: lineages.

    person_id: the expert, where they have a record; they answer for themselves then.
    languages: spoken, as BCP 47 tags. most_at_once: how many referrals it takes at a time.
    """

    __tablename__ = "catalogue_entries"
    __table_args__ = (
        CheckConstraint("most_at_once > 0", "takes_some"),
        Index(None, "alliance_id", "kind", "state"),
        Index(None, "organisation_id"),
        Index(None, "person_id"),
        index_of_names("catalogue_entries"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    state: Mapped[str]
    names: Mapped[Text]
    texts: Mapped[Text]
    capability_ids: Mapped[list[Any]]
    sectors: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    most_at_once: Mapped[int]
    search_key: Mapped[str]
    tags: Mapped[str]
    created_at: Mapped[datetime]

    def derive(self) -> None:
        """Set what it is found by."""
        texts = (self.names, self.texts)
        self.search_key = "\n".join(fold(text) for each in texts for text in each.values())
        self.tags = tags_of(self.capability_ids, self.sectors)

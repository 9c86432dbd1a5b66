"""The case library: what a company did, reviewed by its association, published by the alliance."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from services.members.model.name_grams import index_of_names
from services.members.model.tags import tags_of
from shared.foundation.languages import Text
from shared.foundation.names import fold

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
RETURNED: Final = "returned"
ENDORSED: Final = "endorsed"
PUBLISHED: Final = "published"
DECLINED: Final = "declined"
WITHDRAWN: Final = "withdrawn"
CASE_STATES: Final = (DRAFT, SUBMITTED, RETURNED, ENDORSED, PUBLISHED, DECLINED, WITHDRAWN)
MOST_FOLLOWERS: Final = 50
MOST_ATTACHMENTS: Final = 20
LONGEST_TEXT: Final = 20_000


class Case(Base):
    """organisation_id: the company that writes it. reason: why it came back or was declined.

    capability_ids: lineages, as texts. mentor_id: the company that led, where several took part.
    endorsed_at: when the association passed it on; the alliance sees it from then on.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "state", "published_at"),
        Index(None, "organisation_id"),
        Index(None, "association_id"),
        Index(None, "alliance_id"),
        Index(None, "mentor_id"),
        index_of_names("cases"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    association_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    mentor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[str]
    reason: Mapped[str]
    titles: Mapped[Text]
    summaries: Mapped[Text]
    texts: Mapped[Text]
    capability_ids: Mapped[list[Any]]
    sectors: Mapped[list[Any]]
    search_key: Mapped[str]
    tags: Mapped[str]
    created_at: Mapped[datetime]
    endorsed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    def derive(self) -> None:
        """Set what it is found by."""
        texts = (self.titles, self.summaries, self.texts)
        self.search_key = "\n".join(fold(text) for each in texts for text in each.values())
        self.tags = tags_of(self.capability_ids, self.sectors)


class CaseFollower(Base):
    """A company that followed the one that led."""

    __tablename__ = "case_followers"
    __table_args__ = (UniqueConstraint("case_id", "company_id"), Index(None, "company_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    company_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))


class CaseAttachment(Base):
    """A file of a case. digest: SHA-256 of its content, which names it in the folder."""

    __tablename__ = "case_attachments"
    __table_args__ = (Index(None, "case_id"), Index(None, "digest"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    filename: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    created_at: Mapped[datetime]

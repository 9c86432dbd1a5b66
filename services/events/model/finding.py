"""What a workshop concluded, and what someone should do about it."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.contracts.events_findings import RecommendationState
from shared.foundation.languages import Text

KINDS: Final = ("finding", "recommendation")
FINDING_STATES: Final = ("draft", "published", "accepted", "declined", "under_way", "done")
OPEN: Final = ("published", "accepted", "under_way")
"""Of a recommendation: something is still to be done, and it is reminded of."""
DAYS: Final = (7, 0)
"""Before the day of review, on which its people are reminded."""


class Finding(Base):
    """A finding, or a recommendation: to a body, to a person, or to those whom a text names.

    State: draft, published; a recommendation goes on to accepted or declined, under_way, done.
    session_id: the session that it came of; none: the workshop as a whole. owner_id: who follows
    it up; written_by: who wrote it. A finding has no addressee, owner or day of review.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index(None, "workshop_id", "id"),
        Index(None, "organisation_id"),
        Index(None, "person_id"),
        Index(None, "owner_id"),
        Index(None, "state", "review_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    texts: Mapped[Text]
    organisation_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    addressed_to: Mapped[Text]
    owner_id: Mapped[UUID | None]
    review_on: Mapped[date | None]
    written_by: Mapped[UUID | None]
    created_at: Mapped[datetime]

    @property
    def is_followed_up(self) -> bool:
        """Whether somebody can take it a step further."""
        return self.kind == "recommendation" and self.state != "draft"

    def told_as(
        self, titles: Text, host_id: UUID, host_names: Text, organisation_names: Text
    ) -> RecommendationState:
        """The state that messages carry. titles, host: of the workshop."""
        return RecommendationState(
            finding_id=self.id,
            version=self.version,
            workshop_id=self.workshop_id,
            titles=titles,
            host_id=host_id,
            host_names=host_names,
            texts=self.texts,
            state=self.state,
            organisation_id=self.organisation_id,
            organisation_names=organisation_names,
            person_id=self.person_id,
            addressed_to=self.addressed_to,
            follower_id=self.owner_id or self.written_by,
            review_on=self.review_on,
        )


class FindingReminder(Base):
    """That its people were reminded. review_on: another day is reminded of anew."""

    __tablename__ = "finding_reminders"

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    review_on: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]

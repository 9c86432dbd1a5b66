"""What events tells of recommendations: published, taken a step further, due for review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.events import MAIL
from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class RecommendationState:
    """The whole of a recommendation that hearers need. titles, host: of the workshop.

    organisation_id, person_id, addressed_to: to whom, one of them. follower_id: who follows it
    up, or else who wrote it.
    """

    finding_id: UUID
    version: int
    workshop_id: UUID
    titles: Mapping[str, str]
    host_id: UUID
    host_names: Mapping[str, str]
    texts: Mapping[str, str]
    state: str
    organisation_id: UUID | None
    organisation_names: Mapping[str, str]
    person_id: UUID | None
    addressed_to: Mapping[str, str]
    follower_id: UUID | None
    review_on: date | None


@dataclass(frozen=True, kw_only=True)
class AboutRecommendation(Message):
    """What is told of one recommendation."""

    recommendation: RecommendationState

    @property
    def subject(self) -> UUID:
        return self.recommendation.finding_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RecommendationPublished(AboutRecommendation):
    """Everyone can read it, and whom it is addressed to is asked to answer."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RecommendationMoved(AboutRecommendation):
    """It was taken a step further, or its progress was noted: reason. moved_by: a person."""

    reason: str
    moved_by: UUID | None


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RecommendationDue(AboutRecommendation):
    """Its review comes in so many days; 0: it is today, or was."""

    days: int

"""A call for contributions to a workshop, what is submitted to it, and what reviewers say."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from services.events.model.workshop import Workshop
from shared.contracts.events_calls import CallState, SubmissionState
from shared.foundation.languages import Text

SUBMISSION_STATES: Final = (
    *("submitted", "returned", "accepted", "reserved", "rejected", "withdrawn"),
)
UNDECIDED: Final = ("submitted", "returned", "reserved")
REMIND_AFTER: Final = timedelta(days=2)
"""After its closing, of reviewers who have something left to review."""
BEST_SCORE: Final = 5
LONGEST_ABSTRACT: Final = 10_000
"""Characters."""


class Call(Base):
    """At most one of each workshop. texts: Markdown.

    topics, criteria: [{key, labels}]; kinds: [{key, labels, minutes}]. is_blind: reviewers see
    neither submitters nor speakers. takes_file: submissions may have one.
    """

    __tablename__ = "calls"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), unique=True)
    is_published: Mapped[bool]
    texts: Mapped[Text]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    topics: Mapped[list[Any]]
    kinds: Mapped[list[Any]]
    criteria: Mapped[list[Any]]
    is_blind: Mapped[bool]
    takes_file: Mapped[bool]
    created_at: Mapped[datetime]

    def is_open(self, now: datetime) -> bool:
        """Whether anyone may submit."""
        return self.is_published and self.opens_at <= now < self.closes_at

    def told_as(self, workshop: Workshop, host_names: Mapping[str, str]) -> CallState:
        """What reviewers are told of it."""
        return CallState(
            call_id=self.id,
            workshop_id=self.workshop_id,
            titles=workshop.titles,
            host_id=workshop.host_id,
            host_names=host_names,
            closes_at=self.closes_at,
            time_zone=workshop.time_zone,
        )


class CallReviewer(Base):
    """A person with an account who sees what is submitted to this call, and scores it.

    reminded_of: the closing after which it was seen to whether to remind them.
    """

    __tablename__ = "call_reviewers"
    __table_args__ = (Index(None, "person_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    reminded_of: Mapped[datetime | None]


class Submission(Base):
    """State: submitted, returned (for a revision), reserved; accepted, rejected, withdrawn.

    speakers: [{name, title, affiliation, economy, email}]. digest: SHA-256 of the file's content.
    contribution_id: what became of it in the programme.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index(None, "call_id", "id"),
        Index(None, "person_id"),
        Index(None, "email_key"),
        Index(None, "digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"))
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    person_id: Mapped[UUID | None]
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    locale: Mapped[str]
    title: Mapped[str]
    abstract: Mapped[str]
    topic: Mapped[str | None]
    kind: Mapped[str | None]
    speakers: Mapped[list[Any]]
    filename: Mapped[str | None]
    content_type: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="submitted")
    contribution_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributions.id"))
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one submission, for its mails."""
        return link_token("submission", self.id, self.secret)

    def told_as(self) -> SubmissionState:
        """The state that messages carry: not what is written in it."""
        return SubmissionState(
            submission_id=self.id,
            version=self.version,
            workshop_id=self.workshop_id,
            person_id=self.person_id,
            name=self.name,
            email=self.email,
            locale=self.locale,
            title=self.title,
            state=self.state,
            link_token=self.link_token,
        )


class Review(Base):
    """What one reviewer says of one submission. scores: criterion → 1 to 5.

    has_conflict: they declared an interest; then nothing they say counts, nor do they see more.
    """

    __tablename__ = "reviews"

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    scores: Mapped[dict[str, Any]]
    comment: Mapped[str]
    has_conflict: Mapped[bool]
    written_at: Mapped[datetime]

    @property
    def score(self) -> float | None:
        """The mean of its scores; None of one that does not count."""
        values = list(self.scores.values())
        return sum(values) / len(values) if values and not self.has_conflict else None


def labels_of(choices: list[Any], key: str | None) -> Mapping[str, str]:
    """The words of one topic, kind or criterion."""
    found = next((each for each in choices if each["key"] == key), None)
    labels: Mapping[str, str] = found["labels"] if found else {}
    return labels

"""What events tells of contributions that are submitted to a workshop's call, and to reviewers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.events import MAIL
from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class SubmissionState:
    """Whose it is and how it stands. link_token: bearer for this one object, for its mails."""

    submission_id: UUID
    version: int
    workshop_id: UUID
    person_id: UUID | None
    name: str
    email: str
    locale: str
    title: str
    state: str
    link_token: str


@dataclass(frozen=True, kw_only=True)
class AboutSubmission(Message):
    """What is told of one submission. note: of whoever took the step."""

    submission: SubmissionState
    note: str = ""

    @property
    def subject(self) -> UUID:
        return self.submission.submission_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SubmissionReceived(AboutSubmission):
    """Somebody submitted a contribution; or once more, after a revision."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SubmissionReturned(AboutSubmission):
    """The organizer asks for a revision."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SubmissionAccepted(AboutSubmission):
    """It will be in the programme."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SubmissionReserved(AboutSubmission):
    """It is kept in reserve, in case another one falls out."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SubmissionRejected(AboutSubmission):
    """It will not be in the programme."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SubmissionWithdrawn(AboutSubmission):
    """Its submitter took it back."""


@dataclass(frozen=True, kw_only=True)
class CallState:
    """What reviewers are told of a call. titles, host: of its workshop, whose clocks count."""

    call_id: UUID
    workshop_id: UUID
    titles: Mapping[str, str]
    host_id: UUID
    host_names: Mapping[str, str]
    closes_at: datetime
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class AboutReviewer(Message):
    """What is told to one who reviews for a call."""

    call: CallState
    person_id: UUID

    @property
    def subject(self) -> UUID:
        return self.call.call_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ReviewerNamed(AboutReviewer):
    """The organizer asks the person to review what is submitted."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ReviewsDue(AboutReviewer):
    """The call has closed, and so many of its undecided submissions wait for their review."""

    left: int

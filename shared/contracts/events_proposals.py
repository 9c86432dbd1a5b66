"""What events tells of project proposals and of those who co-sponsor them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.events import MAIL
from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount in cents of its currency (ISO 4217)."""

    amount_cents: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to write to. person_id: where they are known as a person."""

    person_id: UUID | None
    name: str
    email: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class ProjectProposalState:
    """The whole of a proposal that hearers need. titles, conditions: language → text.

    overseer: the project overseer. proposed_by: who wrote it. fund, amount, approved_on: once
    it is approved.
    """

    proposal_id: UUID
    version: int
    titles: Mapping[str, str]
    state: str
    organisation_id: UUID
    organisation_names: Mapping[str, str]
    host_id: UUID
    host_names: Mapping[str, str]
    overseer: Contact
    proposed_by: UUID | None
    submitted_on: date | None
    fund: str
    amount: Money | None
    approved_on: date | None
    conditions: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class AboutProjectProposal(Message):
    """What is told of one proposal. reason: as it was given with the step."""

    proposal: ProjectProposalState
    reason: str

    @property
    def subject(self) -> UUID:
        return self.proposal.proposal_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ProjectProposalSubmitted(AboutProjectProposal):
    """The proposal is before its host."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ProjectProposalReturned(AboutProjectProposal):
    """The host wants it mended and submitted again."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ProjectProposalEndorsed(AboutProjectProposal):
    """The reviewers stand behind it; the fund decides."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ProjectProposalApproved(AboutProjectProposal):
    """It is funded."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ProjectProposalDeclined(AboutProjectProposal):
    """The host does not take it."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ProjectProposalWithdrawn(AboutProjectProposal):
    """The proposer took it back."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class ProjectProposalCompleted(AboutProjectProposal):
    """The project is done and reported on."""


@dataclass(frozen=True, kw_only=True)
class CoSponsorState:
    """The whole of a co-sponsorship. names: of the organisation, or else of the economy.

    name, email: whom to ask; link_token: bearer for this one object, for their mail.
    """

    co_sponsorship_id: UUID
    version: int
    proposal: ProjectProposalState
    organisation_id: UUID | None
    economy: str | None
    names: Mapping[str, str]
    name: str
    email: str | None
    locale: str
    state: str
    link_token: str


@dataclass(frozen=True, kw_only=True)
class AboutCoSponsor(Message):
    """What is told of one co-sponsorship."""

    co_sponsor: CoSponsorState

    @property
    def subject(self) -> UUID:
        return self.co_sponsor.co_sponsorship_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class CoSponsorInvited(AboutCoSponsor):
    """An organisation or economy is asked to co-sponsor the proposal."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class CoSponsorConfirmed(AboutCoSponsor):
    """It co-sponsors the proposal."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class CoSponsorDeclined(AboutCoSponsor):
    """It does not."""

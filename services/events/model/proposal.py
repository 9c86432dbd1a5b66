"""A project proposal: a concept note on its way to approval, its co-sponsors and its review."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from shared.contracts.events_proposals import (
    Contact,
    CoSponsorState,
    Money,
    ProjectProposalState,
)
from shared.foundation.languages import Text

PROPOSAL_STATES: Final = (
    *("draft", "submitted", "in_review", "returned", "endorsed", "approved", "completed"),
    *("declined", "withdrawn"),
)
WRITABLE: Final = ("draft", "returned")
LIVE: Final = ("draft", "submitted", "in_review", "returned", "endorsed", "approved")
PUBLIC: Final = ("approved", "completed")
SECTIONS: Final = (
    *("summary", "relevance", "objectives", "outputs", "outcomes", "beneficiaries"),
    *("methodology", "gender", "sustainability", "evaluation", "budget"),
)
"""Of a concept note, in the order in which it is read."""


class ProjectProposal(Base):
    """One proposal. sections: key → language → prose, only what is filled.

    overseer_id: the project overseer's, where they are known as a person. proposed_by: who wrote
    it. Amounts are in cents of their currency (ISO 4217).
    """

    __tablename__ = "project_proposals"
    __table_args__ = (
        CheckConstraint("(asked_cents IS NULL) = (asked_currency IS NULL)", "asked_is_money"),
        CheckConstraint(
            "(approved_cents IS NULL) = (approved_currency IS NULL)", "approved_is_money"
        ),
        Index(None, "host_id", "id"),
        Index(None, "organisation_id", "id"),
        Index(None, "overseer_id"),
        Index(None, "overseer_email_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    titles: Mapped[Text]
    organisation_id: Mapped[UUID]
    economy: Mapped[str | None]
    host_id: Mapped[UUID]
    overseer_id: Mapped[UUID | None]
    overseer_name: Mapped[str]
    overseer_email: Mapped[str]
    overseer_email_key: Mapped[str]
    overseer_locale: Mapped[str]
    proposed_by: Mapped[UUID | None]
    sections: Mapped[dict[str, Any]]
    priorities: Mapped[list[Any]]
    asked_cents: Mapped[int | None] = mapped_column(BigInteger)
    asked_currency: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="draft")
    submitted_on: Mapped[date | None]
    fund: Mapped[str] = mapped_column(default="")
    approved_cents: Mapped[int | None] = mapped_column(BigInteger)
    approved_currency: Mapped[str | None]
    approved_on: Mapped[date | None]
    conditions: Mapped[Text]
    report: Mapped[Text]
    created_at: Mapped[datetime]

    @property
    def asked(self) -> Money | None:
        """The amount asked for, if it is said."""
        return _money(self.asked_cents, self.asked_currency)

    @property
    def approved(self) -> Money | None:
        """The amount approved, if it is said."""
        return _money(self.approved_cents, self.approved_currency)

    @property
    def is_public(self) -> bool:
        """Whether everyone may read what it is, who co-sponsors it and what came of it."""
        return self.state in PUBLIC

    def told_as(self, organisation_names: Text, host_names: Text) -> ProjectProposalState:
        """The state that messages carry."""
        return ProjectProposalState(
            proposal_id=self.id,
            version=self.version,
            titles=self.titles,
            state=self.state,
            organisation_id=self.organisation_id,
            organisation_names=organisation_names,
            host_id=self.host_id,
            host_names=host_names,
            overseer=Contact(
                person_id=self.overseer_id,
                name=self.overseer_name,
                email=self.overseer_email,
                locale=self.overseer_locale,
            ),
            proposed_by=self.proposed_by,
            submitted_on=self.submitted_on,
            fund=self.fund,
            amount=self.approved,
            approved_on=self.approved_on,
            conditions=self.conditions,
        )


def _money(cents: int | None, currency: str | None) -> Money | None:
    if cents is None or currency is None:
        return None
    return Money(amount_cents=cents, currency=currency)


class CoSponsorship(Base):
    """An organisation, or an economy without one, that is asked to stand behind a proposal.

    State: invited; then confirmed or declined. name, email: whom to ask; without an address
    nobody is mailed. answered_on: the day of the answer.
    """

    __tablename__ = "co_sponsorships"
    __table_args__ = (
        CheckConstraint("organisation_id IS NOT NULL OR economy IS NOT NULL", "names_somebody"),
        Index(None, "proposal_id", "id"),
        Index(None, "organisation_id"),
        Index(None, "email_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("project_proposals.id"))
    organisation_id: Mapped[UUID | None]
    economy: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(default="invited")
    answered_on: Mapped[date | None]
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one co-sponsorship, for its mail."""
        return link_token("co_sponsorship", self.id, self.secret)

    def told_as(self, proposal: ProjectProposalState, names: Text) -> CoSponsorState:
        """The state that messages carry. names: of the organisation, or of the economy."""
        return CoSponsorState(
            co_sponsorship_id=self.id,
            version=self.version,
            proposal=proposal,
            organisation_id=self.organisation_id,
            economy=self.economy,
            names=names,
            name=self.name,
            email=self.email,
            locale=self.locale,
            state=self.state,
            link_token=self.link_token,
        )


class ReviewComment(Base):
    """What a reviewer or the proposer says. is_internal: for the reviewers alone."""

    __tablename__ = "review_comments"
    __table_args__ = (Index(None, "proposal_id", "id"), Index(None, "author_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("project_proposals.id"))
    author_id: Mapped[UUID | None]
    text: Mapped[str]
    is_internal: Mapped[bool]
    made_at: Mapped[datetime]


class ProposalRules(Base):
    """What a host asks of those who submit to it."""

    __tablename__ = "proposal_rules"
    __table_args__ = (CheckConstraint("co_sponsors_needed >= 0", "not_negative"),)

    host_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    co_sponsors_needed: Mapped[int]

"""What a host does with a project proposal: review it, return it, endorse, approve or decline."""

from sqlalchemy.orm import Session

from services.events.actions.stepping import Taken, begin_step, end_step
from services.events.model import ProjectProposal
from shared.contracts import events_proposals as told
from shared.contracts.events_proposals import Money
from shared.foundation.languages import Text

DECIDABLE = ("submitted", "in_review", "endorsed")


def begin_review(session: Session, proposal: ProjectProposal, *, taken: Taken) -> ProjectProposal:
    """The reviewers have it before them."""
    if not begin_step(
        session, proposal, "in_review", ("submitted",), to="be reviewed", taken=taken
    ):
        return proposal
    return end_step(session, proposal, "in_review", None, taken=taken)


def return_proposal(
    session: Session, proposal: ProjectProposal, *, taken: Taken
) -> ProjectProposal:
    """It is to be mended and submitted again. Tells ProjectProposalReturned."""
    if not begin_step(session, proposal, "returned", DECIDABLE, to="be returned", taken=taken):
        return proposal
    return end_step(session, proposal, "returned", told.ProjectProposalReturned, taken=taken)


def endorse(session: Session, proposal: ProjectProposal, *, taken: Taken) -> ProjectProposal:
    """The reviewers stand behind it. Tells ProjectProposalEndorsed."""
    if not begin_step(session, proposal, "endorsed", ("in_review",), to="be endorsed", taken=taken):
        return proposal
    return end_step(session, proposal, "endorsed", told.ProjectProposalEndorsed, taken=taken)


def approve(
    session: Session,
    proposal: ProjectProposal,
    *,
    fund: str,
    amount: Money | None,
    conditions: Text,
    taken: Taken,
) -> ProjectProposal:
    """It is funded, from then on public. amount: None where it is not said.

    Tells ProjectProposalApproved.
    """
    if not begin_step(session, proposal, "approved", ("endorsed",), to="be approved", taken=taken):
        return proposal
    proposal.fund, proposal.conditions = fund, conditions
    if amount is not None:
        proposal.approved_cents, proposal.approved_currency = amount.amount_cents, amount.currency
    proposal.approved_on = taken.day(session)
    return end_step(session, proposal, "approved", told.ProjectProposalApproved, taken=taken)


def decline(session: Session, proposal: ProjectProposal, *, taken: Taken) -> ProjectProposal:
    """The host does not take it. Tells ProjectProposalDeclined."""
    if not begin_step(session, proposal, "declined", DECIDABLE, to="be declined", taken=taken):
        return proposal
    return end_step(session, proposal, "declined", told.ProjectProposalDeclined, taken=taken)

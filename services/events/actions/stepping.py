"""One step of a project proposal: how it was taken, in which order, and what is told of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.actions.recording import move, require_state
from services.events.model import ProjectProposal, Transition
from services.events.queries.copies import organisation_names
from shared.contracts import events_proposals as told
from shared.days import day_of
from shared.foundation.failures import Invalid
from shared.messaging.outbox import tell

LATEST_ZONE: Final = timedelta(hours=14)
"""Ahead of UTC: where a day begins first."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How a step was taken. happened_on: its day, where it is entered afterwards."""

    actor: str
    now: datetime
    reason: str = ""
    happened_on: date | None = None

    def day(self, session: Session) -> date:
        """When it happened."""
        return self.happened_on or day_of(session, self.now)

    def require_past(self) -> None:
        """Raise Invalid for a day that is still to come everywhere."""
        if self.happened_on and self.happened_on > (self.now + LATEST_ZONE).date():
            raise Invalid.at("/happened_on", "A step can't have happened in the future.")


def lock_proposal(session: Session, proposal: ProjectProposal) -> None:
    """Lock its row, which orders all that happens to it, and read it afresh."""
    session.flush()
    session.refresh(proposal, with_for_update=True)


def begin_step(
    session: Session,
    proposal: ProjectProposal,
    state: str,
    before: tuple[str, ...],
    *,
    to: str,
    taken: Taken,
) -> bool:
    """Lock it. False when the step was taken already; raises WrongState when it can't be."""
    lock_proposal(session, proposal)
    if proposal.state == state:
        return False
    require_state(proposal, *before, to=to)
    taken.require_past()
    last = session.scalar(
        select(func.max(Transition.happened_on)).where(Transition.subject_id == proposal.id)
    )
    if taken.happened_on and last and taken.happened_on < last:
        raise Invalid.at("/happened_on", "A step can't have happened before the one before it.")
    return True


def end_step(
    session: Session,
    proposal: ProjectProposal,
    state: str,
    kind: type[told.AboutProjectProposal] | None,
    *,
    taken: Taken,
) -> ProjectProposal:
    """Put it into the state, keep the step and tell of it."""
    move(
        session,
        proposal,
        state,
        actor=taken.actor,
        now=taken.now,
        reason=taken.reason,
        happened_on=taken.happened_on,
    )
    if kind is not None:
        message = kind(proposal=told_state(session, proposal), reason=taken.reason)
        tell(session, message, now=taken.now)
    return proposal


def told_state(session: Session, proposal: ProjectProposal) -> told.ProjectProposalState:
    """The proposal as messages carry it."""
    return proposal.told_as(
        organisation_names(session, proposal.organisation_id),
        organisation_names(session, proposal.host_id),
    )

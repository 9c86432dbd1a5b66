"""What comes of project proposals: their timeline, their workshops, what everyone may read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.events.model import CoSponsorship, ProjectProposal, Transition, Workshop
from services.events.model.proposal import PUBLIC
from services.events.queries.proposals import PROPOSERS
from services.events.queries.scopes import ORGANIZERS, within
from shared.days import day_of
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker


def get_public_proposal(session: Session, proposal_id: UUID) -> ProjectProposal:
    """The proposal, for everyone, once it is approved. Raises NotFound."""
    found = session.get(ProjectProposal, proposal_id)
    if found is None or not found.is_public:
        raise NotFound("There is no such project.")
    return found


def find_public_proposal(session: Session, proposal_id: UUID | None) -> ProjectProposal | None:
    """The approved proposal that a workshop came of, if any."""
    found = session.get(ProjectProposal, proposal_id) if proposal_id else None
    return found if found is not None and found.is_public else None


@dataclass(frozen=True)
class Step:
    """One step of a proposal, or of one of its co-sponsorships.

    day: when it happened; or, of one without a day, by when, since the next had happened then.
    entered_on: when that was written down.
    """

    transition: Transition
    co_sponsorship: CoSponsorship | None
    day: date
    entered_on: date

    @property
    def is_dated(self) -> bool:
        """Whether the day is the step's own."""
        return self.day == (self.transition.happened_on or self.entered_on)


def steps_of(proposal: ProjectProposal) -> Select[Transition]:
    """What happened to the proposal and its co-sponsorships, in no order yet."""
    sponsored = select(CoSponsorship.id).where(CoSponsorship.proposal_id == proposal.id)
    return select(Transition).where(
        or_(Transition.subject_id == proposal.id, Transition.subject_id.in_(sponsored))
    )


def timeline_of(session: Session, proposal: ProjectProposal) -> list[Step]:
    """All steps by the day on which they happened."""
    query = select(CoSponsorship).where(CoSponsorship.proposal_id == proposal.id)
    asked = {each.id: each for each in session.scalars(query)}
    found = session.scalars(steps_of(proposal).order_by(Transition.number.desc()))
    next_days: dict[UUID, date] = {}
    steps = []
    for each in found:
        entered_on = day_of(session, each.at)
        day = min(each.happened_on or entered_on, next_days.get(each.subject_id, date.max))
        next_days[each.subject_id] = day
        steps.append(Step(each, asked.get(each.subject_id), day, entered_on))
    return sorted(steps, key=lambda step: (step.day, step.transition.number))


def workshops_of(proposal: ProjectProposal) -> Select[Workshop]:
    """The workshops that came of it, soonest first."""
    query = select(Workshop).where(Workshop.proposal_id == proposal.id)
    return query.order_by(Workshop.starts_at, Workshop.id)


def fundable_for(asker: Asker) -> Select[ProjectProposal]:
    """The approved proposals that the asker may hold workshops of."""
    mine = within(ProjectProposal.organisation_id, asker, *PROPOSERS)
    hosted = within(ProjectProposal.host_id, asker, *ORGANIZERS)
    return select(ProjectProposal).where(or_(mine, hosted), ProjectProposal.state.in_(PUBLIC))


def find_fundable(session: Session, asker: Asker, text: str | None) -> ProjectProposal | None:
    """The proposal with that id, where the asker may hold a workshop of it."""
    found = session.scalars(fundable_for(asker)) if text else ()
    return next((each for each in found if str(each.id) == text), None)


def require_fundable(session: Session, asker: Asker, proposal_id: UUID | None) -> None:
    """Raise Invalid unless the asker may hold a workshop of the proposal; None is always good."""
    if proposal_id is None:
        return
    query = fundable_for(asker).where(ProjectProposal.id == proposal_id)
    if session.scalars(query).one_or_none() is None:
        raise Invalid.at(
            "/proposal_id",
            "No approved project proposal of yours has this id.",
            code="unknown_proposal",
        )

"""Rounds of demand and answers, as an asker may see them.

Answers are seen by whoever speaks for the association that asks, and by the company itself; the
alliance above sees how many have answered, never what.
"""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.members.model import Capability, DemandAnswer, DemandLine, DemandRound, Organisation
from services.members.model.demand import ANSWER_STATES, OPEN
from services.members.queries.scopes import MANAGERS, managed, may_manage
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker


def speaks_for(asker: Asker, organisation_id: UUID) -> bool:
    """Whether a grant of theirs is of this very organisation, or of the whole installation."""
    grants = asker.identity.places(*MANAGERS) if asker.identity else []
    return any(each.organisation_id in (None, organisation_id) for each in grants)


def require_speaks_for(asker: Asker, organisation_id: UUID) -> None:
    """Raises Forbidden for those who do not speak for the organisation itself."""
    if not speaks_for(asker, organisation_id):
        raise Forbidden("Only those who speak for this organisation itself may do this.")


def rounds_for(asker: Asker, organisation_id: UUID | None = None) -> Select[DemandRound]:
    """Rounds of the associations that the asker manages."""
    query = select(DemandRound).where(managed(DemandRound.organisation_id, asker))
    if organisation_id is None:
        return query
    return query.where(DemandRound.organisation_id == organisation_id)


def open_rounds(session: Session) -> list[UUID]:
    """The ids of all rounds that are open, the oldest first."""
    query = select(DemandRound.id).where(DemandRound.state == OPEN)
    return list(session.scalars(query.order_by(DemandRound.id)))


def get_round(session: Session, round_id: UUID, asker: Asker) -> DemandRound:
    """The round, for those who manage its association or what is above it. Raises NotFound."""
    found = session.get(DemandRound, round_id)
    if found is not None and may_manage(session, asker, found.organisation_id):
        return found
    raise NotFound("There is no such round.")


def get_own_round(session: Session, round_id: UUID, asker: Asker) -> DemandRound:
    """The round, for those who speak for its association. Raises Forbidden above it."""
    found = get_round(session, round_id, asker)
    require_speaks_for(asker, found.organisation_id)
    return found


def counts_of(session: Session, round_id: UUID) -> dict[str, int]:
    """state → how many answers are in it; all states are keys."""
    query = (
        select(DemandAnswer.state, func.count())
        .where(DemandAnswer.round_id == round_id)
        .group_by(DemandAnswer.state)
    )
    counts = dict.fromkeys(ANSWER_STATES, 0)
    return counts | {row[0]: row[1] for row in session.execute(query)}


def answers_of(round_id: UUID, *, state: str = "") -> Select[DemandAnswer]:
    """The answers of a round, or those in one state."""
    query = select(DemandAnswer).where(DemandAnswer.round_id == round_id)
    return query.where(DemandAnswer.state == state) if state in ANSWER_STATES else query


def get_answer(
    session: Session, answer_id: UUID, asker: Asker, linked: UUID | None = None
) -> DemandAnswer:
    """The answer, for the association, the company, or the bearer of its link: linked.

    Raises NotFound.
    """
    found = session.get(DemandAnswer, answer_id)
    if found is not None and (
        linked == found.id
        or speaks_for(asker, found.organisation_id)
        or speaks_for(asker, found.company_id)
    ):
        return found
    raise NotFound("There is no such answer.")


def get_reviewed(session: Session, answer_id: UUID, asker: Asker) -> DemandAnswer:
    """The answer, for the association. Raises Forbidden for the company."""
    found = get_answer(session, answer_id, asker)
    require_speaks_for(asker, found.organisation_id)
    return found


def lines_of(session: Session, answer_id: UUID) -> list[DemandLine]:
    """What was answered, in a fixed order."""
    columns = ("quarter", "job_kind", "capability_id", "staff_level")
    query = select(DemandLine).where(DemandLine.answer_id == answer_id)
    return list(session.scalars(query.order_by(*(getattr(DemandLine, each) for each in columns))))


def lines_to_start_from(session: Session, answer: DemandAnswer) -> list[DemandLine]:
    """What the company answered the association last time, said of this round's capabilities.

    Not yet in the session. What this round does not ask for is left out.
    """
    before = (
        select(DemandAnswer.id)
        .where(
            DemandAnswer.company_id == answer.company_id,
            DemandAnswer.organisation_id == answer.organisation_id,
            DemandAnswer.id < answer.id,
            DemandAnswer.answered_at.is_not(None),
        )
        .order_by(DemandAnswer.id.desc())
        .limit(1)
    )
    last = session.scalar(before)
    if last is None:
        return []
    found = session.get_one(DemandRound, answer.round_id)
    asked = {each.lineage_id: each.id for each in asked_of(session, found)}
    query = (
        select(DemandLine, Capability.lineage_id)
        .join(Capability, Capability.id == DemandLine.capability_id)
        .where(DemandLine.answer_id == last, DemandLine.quarter <= found.quarters)
    )
    return [
        DemandLine(
            answer_id=answer.id,
            capability_id=asked[lineage],
            staff_level=line.staff_level,
            job_kind=line.job_kind,
            quarter=line.quarter,
            headcount=line.headcount,
        )
        for line, lineage in session.execute(query)
        if lineage in asked
    ]


def asked_of(session: Session, found: DemandRound) -> list[Capability]:
    """The capabilities that a round asks for, by code."""
    ids = [UUID(each) for each in found.capability_ids]
    query = select(Capability).where(Capability.id.in_(ids))
    return list(session.scalars(query.order_by(Capability.code)))


def companies_of(session: Session, answers: list[DemandAnswer]) -> dict[UUID, Organisation]:
    """company id → the company."""
    ids = [each.company_id for each in answers]
    query = select(Organisation).where(Organisation.id.in_(ids))
    return {each.id: each for each in session.scalars(query)}

"""What a company answers in a round, and the association's review of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from services.members.actions.demanding import tell_returned
from services.members.actions.failures import WrongState
from services.members.actions.recording import move, require_state
from services.members.model import DemandAnswer, DemandLine, DemandRound
from services.members.model.demand import ACCEPTED, ANSWERED, CELL, OPEN, RETURNED
from shared.foundation.failures import Invalid


def answer_demand(
    session: Session,
    answer: DemandAnswer,
    lines: Iterable[Mapping[str, Any]],
    *,
    actor: str,
    now: datetime,
) -> None:
    """These lines are the company's answer, in place of any before. The caller has locked it.

    lines: capability_id, staff_level, job_kind, quarter, headcount; none: no demand at all.
    Raises WrongState once the round is closed or the answer accepted.
    """
    found = session.get_one(DemandRound, answer.round_id)
    if found.state != OPEN or found.closes_at <= now:
        raise WrongState("The round is closed.")
    if answer.state == ACCEPTED:
        raise WrongState("The answer was accepted already.")
    kept = _checked(found, lines)
    session.execute(delete(DemandLine).where(DemandLine.answer_id == answer.id))
    if kept:
        session.execute(insert(DemandLine), [{"answer_id": answer.id} | each for each in kept])
    answer.answered_at, answer.reason = now, ""
    move(session, answer, ANSWERED, actor=actor, now=now)


def _checked(found: DemandRound, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    asked, seen = {UUID(each) for each in found.capability_ids}, set()
    kept = []
    for at, line in enumerate(lines):
        if line["capability_id"] not in asked:
            raise Invalid.at(f"/lines/{at}/capability_id", "This round does not ask for it.")
        if line["quarter"] > found.quarters:
            raise Invalid.at(f"/lines/{at}/quarter", "This round does not ask so far ahead.")
        cell = tuple(line[name] for name in CELL)
        if cell in seen:
            raise Invalid.at(f"/lines/{at}", "The same is said twice.")
        seen.add(cell)
        if line["headcount"]:
            kept.append(dict(line))
    return kept


def return_answer(
    session: Session, answer: DemandAnswer, *, key: str, actor: str, now: datetime, reason: str
) -> None:
    """Ask the company to look at it again. The caller has locked it. Tells DemandAnswerAsked."""
    require_state(answer, ANSWERED, ACCEPTED, to="be returned")
    found = session.get_one(DemandRound, answer.round_id)
    if found.state != OPEN:
        raise WrongState("The round is closed.")
    answer.reason = reason
    move(session, answer, RETURNED, actor=actor, now=now, reason=reason)
    tell_returned(session, answer, key=key, now=now)


def accept_answer(
    session: Session, answer: DemandAnswer, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """It counts. The caller has locked it."""
    require_state(answer, ANSWERED, to="be accepted")
    move(session, answer, ACCEPTED, actor=actor, now=now, reason=reason)


def accept_answers(
    session: Session, found: DemandRound, *, actor: str, now: datetime, reason: str = ""
) -> int:
    """Accept all that were answered and not reviewed yet. Answers how many."""
    query = select(DemandAnswer).where(
        DemandAnswer.round_id == found.id, DemandAnswer.state == ANSWERED
    )
    answers = session.scalars(query.order_by(DemandAnswer.id).with_for_update()).all()
    for answer in answers:
        move(session, answer, ACCEPTED, actor=actor, now=now, reason=reason)
    return len(answers)

"""Rows of demand become lines of companies' answers, and are taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.imports import reasons
from services.members.actions.imports.demand import cell_of
from services.members.actions.imports.previewing import leave_out
from services.members.actions.imports.targets import locked_by_id
from services.members.actions.recording import move
from services.members.model import (
    DemandAnswer,
    DemandLine,
    DemandRound,
    Import,
    ImportRow,
    Organisation,
)
from services.members.model.demand import ACCEPTED, ANSWERED, CELL, OPEN

KEY: Final = ("answer_id", *CELL)
Answers = dict[UUID, DemandAnswer]
Lines = dict[tuple[Any, ...], DemandLine]


def write_answers(
    session: Session,
    found: Import,
    _: Organisation,
    rows: Sequence[ImportRow],
    *,
    now: datetime,
) -> None:
    """Write the rows; each keeps what was there before. Rows of answers that closed are left out.

    An answer that has a row is answered from then on.
    """
    answers, lines = _locked(session, rows)
    rounds = _rounds(session, answers)
    answered: set[UUID] = set()
    for row in rows:
        cell = cell_of(row.values, row.plan)
        answer = answers[cell[0]]
        asking = rounds[answer.round_id]
        is_over = asking.state != OPEN or asking.closes_at <= now
        if answer.state == ACCEPTED or is_over:
            leave_out(session, found, row.number, row.verdict, reasons.CHANGED_SINCE)
            session.refresh(row)
            continue
        row.effect = {"before": _set(session, lines, cell, row.values["headcount"])}
        if answer.id not in answered:
            answered.add(answer.id)
            if answer.state != ANSWERED:
                row.effect = row.effect | {"was": answer.state}
            answer.answered_at, answer.reason = now, ""
            move(session, answer, ANSWERED, actor=str(found.task_by), now=now)


def take_back_answers(
    session: Session,
    found: Import,
    rows: Sequence[ImportRow],
    left: dict[int, list[str]],
    *,
    now: datetime,
) -> None:
    """Undo the rows, the last first; what was changed or accepted since is left, and said."""
    answers, lines = _locked(session, rows)
    rounds = _rounds(session, answers)
    for row in rows:
        cell = cell_of(row.values, row.plan)
        answer, line = answers[cell[0]], lines.get(tuple(cell))
        heads = line.headcount if line is not None else 0
        if answer.state != ANSWERED or rounds[answer.round_id].state != OPEN:
            left[row.number].append("demand_answer")
        elif heads != row.values["headcount"]:
            left[row.number].append("headcount")
        else:
            _set(session, lines, cell, row.effect["before"])
            if "was" in row.effect and not left[row.number]:
                move(
                    session,
                    answer,
                    row.effect["was"],
                    actor=str(found.task_by),
                    now=now,
                    reason="import reverted",
                )


def _locked(session: Session, rows: Sequence[ImportRow]) -> tuple[Answers, Lines]:
    ids = {UUID(row.plan["answer"]) for row in rows}
    answers: Answers = locked_by_id(session, DemandAnswer, ids)
    query = select(DemandLine).where(DemandLine.answer_id.in_(ids))
    lines = {tuple(getattr(each, name) for name in KEY): each for each in session.scalars(query)}
    return answers, lines


def _rounds(session: Session, answers: Answers) -> dict[UUID, DemandRound]:
    ids = {each.round_id for each in answers.values()}
    query = select(DemandRound).where(DemandRound.id.in_(ids))
    return {each.id: each for each in session.scalars(query)}


def _set(session: Session, lines: Lines, cell: Sequence[Any], heads: int) -> int:
    """Make the line say so many people; answers how many it said before."""
    key = tuple(cell)
    line = lines.get(key)
    before = line.headcount if line is not None else 0
    if line is not None and heads:
        line.headcount = heads
    elif line is not None:
        session.delete(lines.pop(key))
        session.flush()
    elif heads:
        line = DemandLine(**dict(zip(KEY, key, strict=True)), headcount=heads)
        lines[key] = line
        session.add(line)
    return before

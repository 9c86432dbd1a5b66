"""Rows of a file that say how many people companies need, beside what a round has so far."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.failures import WrongState
from services.members.actions.imports import reasons
from services.members.actions.imports.cells import BadCell, count
from services.members.actions.imports.judgement import Judgement
from services.members.actions.imports.reasons import Reason
from services.members.actions.imports.rows import Reading, RowReader, company_names
from services.members.model import (
    DemandAnswer,
    DemandLine,
    DemandRound,
    Identifier,
    Organisation,
)
from services.members.model.capability import JOB_KINDS, STAFF_LEVELS
from services.members.model.demand import ACCEPTED, MOST_HEADS, OPEN
from services.members.model.tax_numbers import TAX_NUMBER
from services.members.queries.demand import asked_of
from shared.foundation.languages import Text
from shared.foundation.names import fold

CALENDAR: Final = re.compile(r"(\d{4})\s*[-/]?\s*Q([1-4])", re.IGNORECASE)
AHEAD: Final = re.compile(r"\d{1,2}")
WANTED: Final = ("capability", "staff_level", "job_kind", "quarter", "headcount")
Cell = tuple[UUID, UUID, str, str, int]
"""Answer, capability, staff level, kind of job, quarter."""


def _words(of: Mapping[str, Text]) -> dict[str, str]:
    return {fold(word): key for key, names in of.items() for word in (key, *names.values())}


LEVELS: Final = _words(STAFF_LEVELS)
KINDS_OF_JOB: Final = _words(JOB_KINDS)


class DemandReader(RowReader):
    """Reads rows of demand: a company, a cell of what a round asks, and how many people."""

    def _value(self, name: str, text: str, region: str | None) -> Any:
        if name == "staff_level":
            return _one_of(LEVELS, text, STAFF_LEVELS)
        if name == "job_kind":
            return _one_of(KINDS_OF_JOB, text, JOB_KINDS)
        if name == "quarter":
            found = CALENDAR.fullmatch(text)
            if found is None and AHEAD.fullmatch(text) is None:
                raise BadCell(reasons.BAD_QUARTER, text=text[:40])
            return f"{found[1]}Q{found[2]}" if found else str(int(text))
        if name == "headcount":
            heads = count(text)
            if heads > MOST_HEADS:
                raise BadCell(reasons.BAD_COUNT, text=text[:40])
            return heads
        return super()._value(name, text, region)

    def _finish(
        self,
        found: Reading,
        texts: Mapping[str, str],
        *,
        is_named: bool,  # noqa: ARG002 a company that imports its own needs no name
    ) -> None:
        missing = [name for name in WANTED if name not in found.values]
        if missing and not found.faults:
            found.faults.append((reasons.MISSING, {"fields": ", ".join(missing)}))
        found.values["names"] = company_names(texts)


def _one_of(words: Mapping[str, str], text: str, known: Mapping[str, Text]) -> str:
    found = words.get(fold(text))
    if found is None:
        raise BadCell(reasons.NONE_OF, text=text[:40], known=", ".join(known))
    return found


def open_round(session: Session, host: Organisation, *, now: datetime) -> DemandRound:
    """The association's newest open round, else that which ends first of those asking a company.

    Raises WrongState where there is none.
    """
    is_open = (DemandRound.state == OPEN, DemandRound.closes_at > now)
    own = select(DemandRound).where(DemandRound.organisation_id == host.id, *is_open)
    found = session.scalars(own.order_by(DemandRound.id.desc())).first()
    if found is None:
        asking = select(DemandAnswer.round_id).where(DemandAnswer.company_id == host.id)
        query = select(DemandRound).where(DemandRound.id.in_(asking), *is_open)
        found = session.scalars(query.order_by(DemandRound.closes_at)).first()
    if found is None:
        raise WrongState("No round of demand is open here. Open one first.")
    return found


class Demands:
    """The answers of a round as they are; the file's rows are judged as if they were written."""

    def __init__(self, session: Session, host: Organisation, *, now: datetime):
        self._round = open_round(session, host, now=now)
        self._is_own = self._round.organisation_id != host.id
        self._load_answers(session, host)
        self._codes: dict[str, UUID] = {}
        for each in asked_of(session, self._round):
            for text in (*each.names.values(), each.code):
                self._codes[fold(text)] = each.id
        self._seen: dict[Cell, int] = {}

    def _load_answers(self, session: Session, host: Organisation) -> None:
        query = (
            select(DemandAnswer.id, DemandAnswer.state, Organisation.id, Organisation.names)
            .join(Organisation, Organisation.id == DemandAnswer.company_id)
            .where(DemandAnswer.round_id == self._round.id)
        )
        if self._is_own:
            query = query.where(DemandAnswer.company_id == host.id)
        self._answers: dict[UUID, tuple[UUID, str]] = {}
        self._by_name: dict[str, set[UUID]] = {}
        for answer_id, state, company_id, names in session.execute(query):
            self._answers[company_id] = (answer_id, state)
            for name in names.values():
                self._by_name.setdefault(fold(name), set()).add(company_id)
        in_round = select(DemandAnswer.company_id).where(DemandAnswer.round_id == self._round.id)
        numbers = select(Identifier.value, Identifier.organisation_id).where(
            Identifier.scheme == TAX_NUMBER, Identifier.organisation_id.in_(in_round)
        )
        self._by_number: dict[str, UUID] = {
            row[0]: row[1] for row in session.execute(numbers) if row[1] in self._answers
        }
        of_round = select(DemandAnswer.id).where(DemandAnswer.round_id == self._round.id)
        lines = select(
            DemandLine.answer_id,
            DemandLine.capability_id,
            DemandLine.staff_level,
            DemandLine.job_kind,
            DemandLine.quarter,
            DemandLine.headcount,
        ).where(DemandLine.answer_id.in_(of_round))
        self._heads: dict[Cell, int] = {
            (row[0], row[1], row[2], row[3], row[4]): row[5] for row in session.execute(lines)
        }

    def judge(self, number: int, values: dict[str, Any]) -> Judgement:
        """What the row is; later rows are judged as if this one were written."""
        company_id, reason = self._company(values)
        if company_id is None:
            return Judgement("error", [(reason, {})])
        answer_id, state = self._answers[company_id]
        if state == ACCEPTED:
            return Judgement("error", [(reasons.ACCEPTED, {})], company_id)
        capability_id = self._codes.get(fold(values["capability"]))
        if capability_id is None:
            text = values["capability"][:40]
            return Judgement("error", [(reasons.NOT_ASKED_FOR, {"text": text})], company_id)
        quarter = self._quarter(values["quarter"])
        if not 1 <= quarter <= self._round.quarters:
            why: dict[str, Any] = {"text": values["quarter"], "most": self._round.quarters}
            return Judgement("error", [(reasons.NOT_IN_ROUND, why)], company_id)
        cell = (answer_id, capability_id, values["staff_level"], values["job_kind"], quarter)
        return self._compared(number, company_id, cell, values["headcount"])

    def _company(self, values: Mapping[str, Any]) -> tuple[UUID | None, str]:
        """The company that the row speaks of, or why there is none."""
        names, tax_number = values["names"], values.get("tax_number")
        if self._is_own and not names and not tax_number:
            return next(iter(self._answers)), ""
        if tax_number:
            return self._by_number.get(tax_number), reasons.NOT_ASKED
        found = {id_ for name in names.values() for id_ in self._by_name.get(fold(name), ())}
        if len(found) > 1:
            return None, reasons.SEVERAL
        return next(iter(found), None), reasons.NOT_ASKED if names else reasons.NO_COMPANY

    def _quarter(self, text: str) -> int:
        """Counted from that in which the round was opened, which is 1."""
        if "Q" not in text:
            return int(text)
        opened = self._round.created_at.astimezone(ZoneInfo(self._round.time_zone))
        year, _, part = text.partition("Q")
        return (int(year) - opened.year) * 4 + int(part) - (opened.month - 1) // 3

    def _compared(self, number: int, company_id: UUID, cell: Cell, heads: int) -> Judgement:
        known, row = self._heads.get(cell, 0), self._seen.get(cell)
        answer_id, capability_id, *_, quarter = cell
        plan = {
            "answer": str(answer_id),
            "capability": str(capability_id),
            "quarter": quarter,
        }
        self._seen[cell], self._heads[cell] = number, heads
        if known == heads:
            same: Reason = (reasons.SAME_AS, {"row": row})
            why = (reasons.AS_RECORDED, {}) if row is None else same
            return Judgement("duplicate", [why], company_id, plan)
        if row is not None:
            return Judgement("update", [(reasons.CORRECTS, {"row": row})], company_id, plan)
        if not known:
            return Judgement("new", [], company_id, plan)
        return Judgement("update", [(reasons.CHANGES, {"fields": "headcount"})], company_id, plan)


def cell_of(row_values: Mapping[str, Any], plan: Mapping[str, Any]) -> Sequence[Any]:
    """The key of the line that a judged row speaks of, as of DemandLine."""
    return (
        UUID(plan["answer"]),
        UUID(plan["capability"]),
        row_values["staff_level"],
        row_values["job_kind"],
        plan["quarter"],
    )

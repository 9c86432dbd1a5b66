"""The dry run: a file becomes rows with verdicts; nothing else is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.members.actions.failures import WrongState
from services.members.actions.imports import fields, reasons
from services.members.actions.imports.collecting import without_collections
from services.members.actions.imports.companies import Companies
from services.members.actions.imports.demand import DemandReader, Demands, open_round
from services.members.actions.imports.judgement import Judgement
from services.members.actions.imports.keeping import keep_rows
from services.members.actions.imports.persons import People
from services.members.actions.imports.rows import RowReader
from services.members.actions.imports.tables import Row, Table
from services.members.actions.recording import lock, record
from services.members.model import Import, ImportMapping, ImportRow, Organisation
from services.members.model.imports import WRITTEN
from services.members.queries.demand import require_speaks_for
from shared.days import day_of
from shared.foundation.identities import Asker
from shared.foundation.ids import new_id
from shared.foundation.sentences import said

AT_ONCE: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What is uploaded. mapping: as it was given with the file, column → field."""

    kind: str
    organisation: Organisation
    filename: str
    table: Table
    mapping: Mapping[str, str | None] | None = None


def upload(session: Session, given: Upload, *, asker: Asker, now: datetime) -> Import:
    """Keep the file's rows; judge them too where the mapping is given or can be guessed.

    Raises BadFile for what shows only further down in the file, Invalid for a bad mapping.
    """
    kind, columns, host = given.kind, given.table.columns, given.organisation
    if kind == "demand":
        require_speaks_for(asker, host.id)
        open_round(session, host, now=now)
    custom = fields.custom_fields_for(session, kind, host, asker)
    if given.mapping is not None:
        mapping = fields.require_mapping(kind, columns, given.mapping, custom)
        _remember(session, host, kind, columns, mapping, now=now)
    else:
        mapping = fields.guess_mapping(kind, columns, _remembered(session, host, kind), custom)
    made = Import(
        id=new_id(),
        version=1,
        kind=kind,
        organisation_id=host.id,
        filename=given.filename,
        state="uploaded",
        columns=list(columns),
        mapping=mapping,
        task_reason="",
        reached=0,
        done_count=0,
        left_count=0,
        created_at=now,
    )
    made.count({})
    made.row_count = 0
    session.add(made)
    session.flush()
    record(session, made, "uploaded", before=None, actor=asker.name, now=now)
    judge = None
    with without_collections():
        if fields.is_complete(kind, mapping):
            judge = _judge(session, made, host, asker, now=now)
        for page in _pages(given.table.rows):
            made.row_count += _keep(session, made, page, judge)
    _preview(session, made, judge, actor=asker.name, now=now)
    return made


def change_mapping(
    session: Session,
    found: Import,
    given: Mapping[str, str | None],
    *,
    asker: Asker,
    now: datetime,
) -> Import:
    """Map the columns as the asker says, remember it, and judge all rows anew.

    The caller has locked the import. Raises Invalid, or WrongState once it is being applied.
    """
    require_open(found, to="be mapped anew")
    host = session.get_one(Organisation, found.organisation_id)
    custom = fields.custom_fields_for(session, found.kind, host, asker)
    mapping = fields.require_mapping(found.kind, found.columns, given, custom)
    _remember(session, host, found.kind, found.columns, mapping, now=now)
    found.mapping = mapping
    found.version += 1
    with without_collections():
        judge = _judge(session, found, host, asker, now=now)
        for page in stored(session, found):
            numbers = ImportRow.number.between(page[0][0], page[-1][0])
            session.execute(delete(ImportRow).where(ImportRow.import_id == found.id, numbers))
            _keep(session, found, page, judge)
    _preview(session, found, judge, actor=asker.name, now=now)
    return found


def require_open(found: Import, *, to: str) -> None:
    """Raise WrongState when it is applied already or is just being so."""
    if found.task is not None or found.state in ("applied", "reverted"):
        state = (found.state,)
        if found.task:
            raise WrongState(
                said("It is %(state)s and under way; it can't %(to)s now.", state=state, to=to)
            )
        raise WrongState(said("It is %(state)s and can't %(to)s any more.", state=state, to=to))


def lock_import(session: Session, found: Import) -> None:
    """Lock the import and read it as it is now."""
    lock(session, found)


class _Judge:
    """Reads and judges rows one after the other, and counts the verdicts."""

    def __init__(self, reader: RowReader, known: Companies | People | Demands):
        self._reader, self._known = reader, known
        self.counts: Counter[str] = Counter()

    def row(self, number: int, cells: list[str]) -> tuple[dict[str, Any], Judgement]:
        """The row's values and what it is."""
        reading = self._reader.read(cells)
        if reading.faults:
            judged = Judgement("error", reading.faults)
        else:
            judged = self._known.judge(number, reading.values)
        self.counts[judged.verdict] += 1
        return reading.values, judged


def _judge(
    session: Session, found: Import, host: Organisation, asker: Asker, *, now: datetime
) -> _Judge:
    today = day_of(session, now)
    custom = fields.custom_fields_for(session, found.kind, host, asker)
    # A field that was archived since is left out, as a column that nobody mapped.
    known = {*fields.FIELDS[found.kind], *custom}
    mapping = {column: each for column, each in found.mapping.items() if each in known}
    read = DemandReader if found.kind == "demand" else RowReader
    reader = read(found.kind, found.columns, mapping, host, today=today, custom=custom)
    if found.kind == "demand":
        return _Judge(reader, Demands(session, host, now=now))
    if found.kind == "companies":
        return _Judge(reader, Companies(session, host, asker, custom))
    return _Judge(reader, People(session, host, kind=found.kind, today=today))


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while page := list(islice(rows, AT_ONCE)):
        yield page


def _keep(session: Session, found: Import, page: list[Row], judge: _Judge | None) -> int:
    made = []
    for number, cells in page:
        values, judged = judge.row(number, cells) if judge else ({}, None)
        made.append(
            {
                "import_id": found.id,
                "number": number,
                "cells": cells,
                "verdict": judged.verdict if judged else None,
                "reasons": judged.reasons if judged else [],
                "values": values,
                "plan": judged.plan if judged else {},
                "target_id": judged.target_id if judged else None,
                "effect": {},
            }
        )
    keep_rows(session, made)
    return len(made)


def stored(session: Session, found: Import) -> Iterator[list[Row]]:
    """Number and cells of the rows that are kept, some at a time."""
    last = -1
    while True:
        query = select(ImportRow.number, ImportRow.cells).where(
            ImportRow.import_id == found.id, ImportRow.number > last
        )
        rows = session.execute(query.order_by(ImportRow.number).limit(AT_ONCE)).all()
        if not rows:
            return
        yield [(row.number, row.cells) for row in rows]
        last = rows[-1].number


def _preview(
    session: Session, found: Import, judge: _Judge | None, *, actor: str, now: datetime
) -> None:
    if judge is None:
        return
    found.count(judge.counts)
    for state in ("validated", "previewed"):
        before, found.state = found.state, state
        record(session, found, state, before=before, actor=actor, now=now)


def judge_again(session: Session, found: Import, *, asker: Asker, now: datetime) -> None:
    """Leave out each row that would be written otherwise now than the preview said."""
    host = session.get_one(Organisation, found.organisation_id)
    with without_collections():
        changed = _changed(session, found, _judge(session, found, host, asker, now=now))
    for number, verdict in changed:
        leave_out(session, found, number, verdict, reasons.CHANGED_SINCE)


def _changed(session: Session, found: Import, judge: _Judge) -> list[tuple[int, str]]:
    """Number and former verdict of the rows that would be written otherwise now."""
    changed = []
    for page in stored(session, found):
        numbers = ImportRow.number.between(page[0][0], page[-1][0])
        columns = (ImportRow.number, ImportRow.verdict, ImportRow.target_id, ImportRow.plan)
        query = select(*columns).where(ImportRow.import_id == found.id, numbers)
        before = {row.number: row for row in session.execute(query)}
        for number, cells in page:
            _, judged = judge.row(number, cells)
            row = before[number]
            now_is = (judged.verdict, judged.target_id, judged.plan)
            if row.verdict in WRITTEN and now_is != (row.verdict, row.target_id, row.plan):
                changed.append((number, row.verdict))
    return changed


def leave_out(
    session: Session, found: Import, number: int, verdict: str | None, reason: str
) -> None:
    """The row is an error after all."""
    session.execute(
        update(ImportRow)
        .where(ImportRow.import_id == found.id, ImportRow.number == number)
        .values(verdict="error", reasons=[(reason, {})])
    )
    counts = Counter(found.counts)
    counts[verdict or "error"] -= 1
    counts["error"] += 1
    found.count(counts)


def _remembered(session: Session, host: Organisation, kind: str) -> Mapping[str, str | None]:
    found = session.get(ImportMapping, (host.id, kind))
    return found.mapping if found else {}


def _remember(
    session: Session,
    host: Organisation,
    kind: str,
    columns: Iterable[str],
    mapping: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """For the next file: columns that were left out too."""
    found = session.get(ImportMapping, (host.id, kind))
    chosen = {column: mapping.get(column) for column in columns}
    if found is None:
        found = ImportMapping(organisation_id=host.id, kind=kind, mapping={}, chosen_at=now)
        session.add(found)
    found.mapping = chosen
    found.chosen_at = now

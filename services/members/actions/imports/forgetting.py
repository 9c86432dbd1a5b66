"""Forgetting what files held: of a person who is erased, and of imports that are old."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, and_, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from services.members.model import Import, ImportRow
from services.members.model.imports import WRITTEN
from shared.messaging.forgetting import Forgotten

NOTHING: Final[Mapping[str, Any]] = {"cells": [], "values": {}}
AT_ONCE: Final = 20


def forget_rows_of(session: Session, who: Forgotten) -> int:
    """Blank the rows that speak of the person, those that were never written too; how many.

    Applying passes by a row whose values are gone: it has no verdict to be written.
    """
    texts = (ImportRow.cells, ImportRow.values, ImportRow.reasons, ImportRow.plan)
    spoken_of = or_(*(who.is_in(cast(each, Text)) for each in texts))
    mine = or_(ImportRow.target_id == who.person_id, spoken_of)
    found = [
        (each.import_id, each.number)
        for each in session.execute(
            select(ImportRow.import_id, ImportRow.number, ImportRow.target_id, *texts).where(mine)
        )
        if each.target_id == who.person_id or who.is_meant_in(_text_of(each, texts))
    ]
    for import_id, number in found:
        row = and_(ImportRow.import_id == import_id, ImportRow.number == number)
        blank = {**NOTHING, "effect": {}, "reasons": [], "plan": {}}
        session.execute(update(ImportRow).where(row).values(**blank))
        unwritten = row, ImportRow.verdict.in_(WRITTEN), ImportRow.target_id.is_(None)
        session.execute(update(ImportRow).where(*unwritten).values(verdict="error"))
    return len(found)


def _text_of(row: Any, columns: Sequence[Any]) -> str:
    return json.dumps([getattr(row, each.key) for each in columns], ensure_ascii=False)


def forget_old_imports(session: Session, before: datetime) -> int:
    """Delete what nobody applied, and blank the cells of what was; how many imports, some at once.

    before: those that were uploaded until then.
    """
    old = select(Import.id).where(Import.created_at < before, Import.task.is_(None))
    unused = old.where(Import.state.in_(("uploaded", "validated", "previewed")))
    ids: Sequence[UUID] = session.scalars(unused.limit(AT_ONCE)).all()
    session.execute(delete(ImportRow).where(ImportRow.import_id.in_(ids)))
    session.execute(delete(Import).where(Import.id.in_(ids)))
    used = old.where(Import.state.in_(("applied", "reverted")), Import.columns != [])
    blanked = session.scalars(select(Import).where(Import.id.in_(used)).limit(AT_ONCE)).all()
    for found in blanked:
        session.execute(update(ImportRow).where(ImportRow.import_id == found.id).values(**NOTHING))
        found.columns, found.mapping = [], {}
    return len(ids) + len(blanked)

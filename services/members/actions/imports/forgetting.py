"""Forgetting what files held: of a person who is erased, and of imports that are old."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.members.model import Import, ImportRow
from services.members.queries.imports import is_old

NOTHING: Final[Mapping[str, Any]] = {"cells": [], "values": {}}
AT_ONCE: Final = 20


def forget_rows_of(session: Session, person_id: UUID) -> None:
    """Blank the rows that speak of the person; what they wrote stays known, without values."""
    mine = ImportRow.target_id == person_id
    session.execute(update(ImportRow).where(mine).values(**NOTHING, effect={}))


def forget_old_imports(session: Session, *, now: datetime) -> None:
    """Delete what nobody applied, and blank the cells of what was, a month after the upload."""
    old = select(Import.id).where(Import.created_at < is_old(now), Import.task.is_(None))
    unused = old.where(Import.state.in_(("uploaded", "validated", "previewed")))
    ids: Sequence[UUID] = session.scalars(unused.limit(AT_ONCE)).all()
    session.execute(delete(ImportRow).where(ImportRow.import_id.in_(ids)))
    session.execute(delete(Import).where(Import.id.in_(ids)))
    used = old.where(Import.state.in_(("applied", "reverted")), Import.columns != [])
    for found in session.scalars(select(Import).where(Import.id.in_(used)).limit(AT_ONCE)):
        session.execute(update(ImportRow).where(ImportRow.import_id == found.id).values(**NOTHING))
        found.columns, found.mapping = [], {}

"""Which organisation or person a row speaks of: one that is recorded, or an earlier row's."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import Base, Import, ImportRow, Organisation, Person

Thing = TypeVar("Thing", Organisation, Person)


def resolve_targets(session: Session, found: Import, rows: Sequence[ImportRow]) -> None:
    """Give rows that say `same_as` the target of that row, once it has one."""
    wanted = {row.plan["same_as"] for row in rows if "same_as" in row.plan}
    if not wanted:
        return
    query = select(ImportRow.number, ImportRow.target_id).where(
        ImportRow.import_id == found.id, ImportRow.number.in_(wanted)
    )
    targets = {row.number: row.target_id for row in session.execute(query)}
    for row in rows:
        if row.target_id is None and "same_as" in row.plan:
            row.target_id = targets.get(row.plan["same_as"])


def locked(session: Session, kind: type[Thing], rows: Sequence[ImportRow]) -> dict[UUID, Thing]:
    """id → the targets of the rows, locked in the order of their ids, as they are now."""
    return locked_by_id(session, kind, {row.target_id for row in rows if row.target_id})


def locked_by_id(session: Session, kind: Any, ids: set[UUID]) -> dict[UUID, Any]:
    """id → the things, locked in the order of their ids, as they are now."""
    if not ids:
        return {}
    query = select(kind).where(kind.id.in_(ids)).order_by(kind.id).with_for_update()
    found: Sequence[Base] = session.scalars(query.execution_options(populate_existing=True)).all()
    return {each.id: each for each in found}  # type: ignore[attr-defined]

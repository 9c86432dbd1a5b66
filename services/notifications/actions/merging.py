"""Following a merge of two records of one person: what was the other's is the kept's."""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.model import (
    AttendanceCopy,
    InboxItem,
    MergeCopy,
    MergedRow,
    Notification,
)
from shared.contracts.members_directory import PersonMerged
from shared.database import keep_newer

FOLLOWING: Final[tuple[type[Any], ...]] = (AttendanceCopy, InboxItem, Notification)


def follow_merge(session: Session, message: PersonMerged) -> None:
    """Move the other's rows to the kept, or those that this merge moved back. Late is nothing."""
    known = session.get(MergeCopy, message.merge_id)
    if known is not None and known.version >= message.version:
        return
    values = {"id": message.merge_id, "version": message.version}
    keep_newer(session, MergeCopy, values)
    if message.is_undone:
        _move_back(session, message)
        return
    for kind in FOLLOWING:
        query = select(kind).where(kind.person_id == message.gone_id)
        for row in session.scalars(query.order_by(kind.id)):
            row.person_id = message.kept_id
            moved = {"subject": kind.__tablename__, "subject_id": row.id}
            session.add(MergedRow(merge_id=message.merge_id, **moved))


def _move_back(session: Session, message: PersonMerged) -> None:
    kinds = {kind.__tablename__: kind for kind in FOLLOWING}
    moved = select(MergedRow).where(MergedRow.merge_id == message.merge_id)
    for each in session.scalars(moved):
        row = session.get(kinds[each.subject], each.subject_id)
        if row is not None and row.person_id == message.kept_id:
            row.person_id = message.gone_id
        session.delete(each)

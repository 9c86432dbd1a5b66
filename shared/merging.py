"""Following a merge of two records of one person or organisation: the other's is the kept's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.contracts.members_directory import OrganisationMerged, PersonMerged
from shared.database import keep_newer

Merged = PersonMerged | OrganisationMerged


@dataclass(frozen=True)
class Following:
    """One service's own tables. merges, moved: what was heard, and which rows a merge has moved.

    places: tables, and the column of each that names the person or the organisation.
    """

    merges: type[Any]
    moved: type[Any]
    places: Sequence[tuple[type[Any], str]]

    def follow(self, session: Session, message: Merged) -> bool:
        """Move the other's rows to the kept, or back what this merge moved. Late is nothing.

        Answers whether the message was news.
        """
        if not self.is_news(session, message):
            return False
        values = {"id": message.merge_id, "version": message.version}
        keep_newer(session, self.merges, values)
        if message.is_undone:
            self._move_back(session, message)
            return True
        for kind, column in self.places:
            query = select(kind).where(getattr(kind, column) == message.gone_id)
            for row in session.scalars(query.order_by(kind.id)):
                setattr(row, column, message.kept_id)
                place = {"subject": _subject(kind, column), "subject_id": row.id}
                session.add(self.moved(merge_id=message.merge_id, **place))
        return True

    def is_news(self, session: Session, message: Merged) -> bool:
        """Whether nothing as new was heard of the merge."""
        known = session.get(self.merges, message.merge_id)
        return known is None or known.version < message.version

    def _move_back(self, session: Session, message: Merged) -> None:
        places = {_subject(kind, column): (kind, column) for kind, column in self.places}
        moved = select(self.moved).where(self.moved.merge_id == message.merge_id)
        for each in session.scalars(moved):
            kind, column = places[each.subject]
            row = session.get(kind, each.subject_id)
            if row is not None and getattr(row, column) == message.kept_id:
                setattr(row, column, message.gone_id)
            session.delete(each)


def _subject(kind: type[Any], column: str) -> str:
    """What a moved row is called: by its table, and by the column where it may have several."""
    table: str = kind.__tablename__
    return table if column == "person_id" else f"{table}.{column}"

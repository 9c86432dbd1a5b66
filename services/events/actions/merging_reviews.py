"""Reviews of two people who became one: the kept's own stays, and each goes back when undone."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.model import CallReviewer, MergedReview, Review
from shared.contracts.members_directory import PersonMerged
from shared.foundation.clock import rfc3339

KEYS: Final[dict[type[Any], str]] = {CallReviewer: "call_id", Review: "submission_id"}
"""What names a row beside the person: one person has one of each."""
MOMENTS: Final = ("reminded_of", "written_at")


def follow_reviews(session: Session, message: PersonMerged) -> None:
    """Bring the other's to the kept, or take them back. Heard once. Nobody is told.

    Where both have one, the other's is put away, so that nobody counts twice in a ranking.
    """
    if message.is_undone:
        _take_back(session, message)
    else:
        for kind, key in KEYS.items():
            _bring(session, kind, key, message)
    session.flush()


def _bring(session: Session, kind: type[Any], key: str, message: PersonMerged) -> None:
    query = select(kind).where(kind.person_id == message.gone_id).order_by(getattr(kind, key))
    for theirs in session.scalars(query).all():
        about_id, was = getattr(theirs, key), {}
        if session.get(kind, (about_id, message.kept_id)) is None:
            theirs.person_id = message.kept_id
        else:
            was = _plain(theirs)
            session.delete(theirs)
        moved = MergedReview(
            merge_id=message.merge_id,
            subject=kind.__tablename__,
            subject_id=about_id,
            person_id=message.kept_id,
            was=was,
        )
        session.add(moved)


def _take_back(session: Session, message: PersonMerged) -> None:
    """What the kept has no longer, such as a reviewer's part that was taken, stays gone."""
    kinds = {kind.__tablename__: (kind, key) for kind, key in KEYS.items()}
    moved = select(MergedReview).where(MergedReview.merge_id == message.merge_id)
    for each in session.scalars(moved).all():
        kind, key = kinds[each.subject]
        own = session.get(kind, (each.subject_id, message.kept_id))
        theirs = session.get(kind, (each.subject_id, message.gone_id))
        if own is not None and theirs is None:
            _part(session, own, each.was, message.gone_id, key=key)
        session.delete(each)


def _part(session: Session, own: Any, was: dict[str, Any], gone_id: UUID, *, key: str) -> None:
    if not was:
        own.person_id = gone_id
        return
    values = dict(was)
    for name in MOMENTS:
        if values.get(name):
            values[name] = datetime.fromisoformat(values[name])
    session.add(type(own)(**{key: getattr(own, key)}, person_id=gone_id, **values))


def _plain(row: CallReviewer | Review) -> dict[str, Any]:
    """All that it says, without whose and of what."""
    plain = {
        column.key: getattr(row, column.key)
        for column in row.__table__.columns
        if not column.primary_key
    }
    for name in MOMENTS:
        if plain.get(name):
            plain[name] = rfc3339(plain[name])
    return plain

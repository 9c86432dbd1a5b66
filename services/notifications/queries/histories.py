"""What became of something, step by step, and who took the steps."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.model import Recipient, Transition
from shared.foundation.ids import find_id


def history_of(session: Session, subject_id: UUID) -> list[Transition]:
    """Every step, in order."""
    query = select(Transition).where(Transition.subject_id == subject_id)
    return list(session.scalars(query.order_by(Transition.number)))


def actors_of(session: Session, steps: Iterable[Transition], *, language: str) -> dict[str, str]:
    """actor → the person's name, of those in these steps who are known."""
    return names_of(session, [each.actor for each in steps], language)


def names_of(session: Session, actors: Iterable[str], language: str) -> dict[str, str]:
    """actor → the person's name, of those who are known."""
    ids = {found for each in actors if (found := find_id(each)) is not None}
    people = session.scalars(select(Recipient).where(Recipient.id.in_(ids)))
    return {str(each.id): each.name_in(language) for each in people}

"""Erasures: all for operators, each for whoever has its receipt's link."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import Erasure, ErasurePart
from shared.foundation.failures import NotFound

STATES = ("finished", "running", "overdue")


def erasures_in(state: str | None, *, now: datetime) -> Select[Erasure]:
    """All, or those in one of STATES."""
    query = select(Erasure)
    if state == "finished":
        return query.where(Erasure.finished_at.is_not(None))
    if state is not None:
        query = query.where(Erasure.finished_at.is_(None))
        return query.where(Erasure.due_at < now if state == "overdue" else Erasure.due_at >= now)
    return query


def get_erasure(session: Session, erasure_id: UUID) -> Erasure:
    """The erasure. The caller has seen that the asker may know it. Raises NotFound."""
    found = session.get(Erasure, erasure_id)
    if found is None:
        raise NotFound("There is no such erasure.")
    return found


def get_erasure_of(session: Session, person_id: UUID) -> Erasure:
    """The erasure of that person. Raises NotFound."""
    found = session.scalars(select(Erasure).where(Erasure.person_id == person_id)).one_or_none()
    if found is None:
        raise NotFound("This person is not erased.")
    return found


def parts_of(session: Session, erasure: Erasure) -> list[ErasurePart]:
    """What each service said, by its name."""
    query = select(ErasurePart).where(ErasurePart.erasure_id == erasure.id)
    return list(session.scalars(query.order_by(ErasurePart.service)))

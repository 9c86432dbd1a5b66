"""The pool of trainers, and who of it teaches a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.events.model import CourseTrainer, PersonCopy, RunTrainer, Trainer, Workshop
from services.events.queries.trainers import require_trainers
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id


def add_trainer(session: Session, values: Mapping[str, Any], *, now: datetime) -> Trainer:
    """Somebody more in the host's pool. Raises Invalid for a person who is not known."""
    _require_person(session, values["person_id"])
    made = Trainer(id=new_id(), version=1, created_at=now, **values)
    session.add(made)
    session.flush()
    return made


def change_trainer(session: Session, trainer: Trainer, changes: Mapping[str, Any]) -> Trainer:
    """Change what is said of them."""
    _require_person(session, changes.get("person_id"))
    for name, value in changes.items():
        setattr(trainer, name, value)
    trainer.version += 1
    session.flush()
    return trainer


def _require_person(session: Session, person_id: UUID | None) -> None:
    if person_id is None:
        return
    found = session.get(PersonCopy, person_id)
    if found is None or found.is_erased:
        raise Invalid.at("/person_id", "No person has this id.", code="unknown_person")


def remove_trainer(session: Session, trainer: Trainer) -> None:
    """Take somebody out of the pool. Raises Conflict while they teach a run."""
    query = select(RunTrainer.workshop_id).where(RunTrainer.trainer_id == trainer.id)
    if session.scalars(query.limit(1)).one_or_none() is not None:
        raise Conflict("This trainer teaches a run; give it to somebody else first.")
    session.execute(delete(CourseTrainer).where(CourseTrainer.trainer_id == trainer.id))
    session.delete(trainer)
    session.flush()


def set_run_trainers(session: Session, workshop: Workshop, trainer_ids: Sequence[UUID]) -> None:
    """Who teaches the run, of the host's pool. Overlaps are shown, not refused."""
    wanted = list(dict.fromkeys(trainer_ids))
    require_trainers(session, workshop.host_id, wanted, at="/trainer_ids")
    session.execute(delete(RunTrainer).where(RunTrainer.workshop_id == workshop.id))
    session.add_all(RunTrainer(workshop_id=workshop.id, trainer_id=each) for each in wanted)
    workshop.version += 1
    session.flush()

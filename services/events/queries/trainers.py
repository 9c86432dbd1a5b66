"""The pool of trainers, what each teaches, and where somebody is needed twice at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from services.events.model import Course, CourseTrainer, RunTrainer, Trainer, Workshop
from services.events.queries.scopes import ORGANIZERS, may_organize, within
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker

NOT_HELD: Final = ("cancelled", "postponed")


@dataclass(frozen=True)
class TrainerConflict:
    """Two runs at once that one trainer teaches."""

    trainer: Trainer
    first: Workshop
    second: Workshop


def trainers_for(asker: Asker) -> Select[Trainer]:
    """Those of the hosts that the asker organizes for, in no order yet."""
    return select(Trainer).where(within(Trainer.host_id, asker, *ORGANIZERS))


def get_trainer(session: Session, trainer_id: UUID, asker: Asker) -> Trainer:
    """The trainer, for organizers of their host. Raises NotFound."""
    found = session.get(Trainer, trainer_id)
    if found is None or not may_organize(session, asker, found.host_id):
        raise NotFound("There is no such trainer.")
    return found


def require_trainers(
    session: Session, host_id: UUID, trainer_ids: Sequence[UUID], *, at: str
) -> None:
    """Raise Invalid for one who is not of the host's pool."""
    query = select(Trainer.id).where(Trainer.id.in_(trainer_ids), Trainer.host_id == host_id)
    known = set(session.scalars(query))
    for place, each in enumerate(trainer_ids):
        if each not in known:
            raise Invalid.at(f"{at}/{place}", "The host has no trainer with this id.")


def trainers_of_course(session: Session, course_id: UUID) -> list[Trainer]:
    """Who can teach the course."""
    query = select(Trainer).join(CourseTrainer, CourseTrainer.trainer_id == Trainer.id)
    query = query.where(CourseTrainer.course_id == course_id)
    return list(session.scalars(query.order_by(Trainer.id)))


def trainers_of_run(session: Session, workshop_id: UUID) -> list[Trainer]:
    """Who teaches the run."""
    query = select(Trainer).join(RunTrainer, RunTrainer.trainer_id == Trainer.id)
    return list(session.scalars(query.where(RunTrainer.workshop_id == workshop_id)))


def taught_courses(session: Session, trainer_ids: Iterable[UUID]) -> dict[UUID, list[Course]]:
    """trainer id → what they can teach, by code."""
    wanted = list(trainer_ids)
    found: dict[UUID, list[Course]] = {each: [] for each in wanted}
    query = (
        select(CourseTrainer.trainer_id, Course)
        .join(Course, Course.id == CourseTrainer.course_id)
        .where(CourseTrainer.trainer_id.in_(wanted))
        .order_by(Course.code, Course.id)
    )
    for trainer_id, course in session.execute(query):
        found[trainer_id].append(course)
    return found


def conflicts_of(session: Session, trainer_ids: Iterable[UUID]) -> list[TrainerConflict]:
    """Each two runs of one trainer that overlap and will be held, by time."""
    mine, theirs = aliased(RunTrainer), aliased(RunTrainer)
    first, second = aliased(Workshop), aliased(Workshop)
    query = (
        select(Trainer, first, second)
        .join(mine, mine.trainer_id == Trainer.id)
        .join(theirs, theirs.trainer_id == Trainer.id)
        .join(first, first.id == mine.workshop_id)
        .join(second, second.id == theirs.workshop_id)
        .where(
            Trainer.id.in_(list(trainer_ids)),
            first.id < second.id,
            first.starts_at < second.ends_at,
            second.starts_at < first.ends_at,
            first.state.not_in(NOT_HELD),
            second.state.not_in(NOT_HELD),
        )
        .order_by(first.starts_at, first.id, second.id)
    )
    return [TrainerConflict(*row) for row in session.execute(query)]

"""Telling how runs of courses are filled, whenever their figures are others than last told.

A timer looks; registering does nothing for it.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.model import Course, ToldRun, Workshop
from services.events.queries.courses import parts_of
from services.events.queries.run_figures import (
    Figures,
    figures_of,
    marks_of,
    runs_after,
    total_of,
)
from shared.contracts.events_courses import CourseRunCounted
from shared.foundation.clock import rfc3339
from shared.messaging.outbox import tell

AT_ONCE: Final = 500
"""Runs that are counted together."""
MOST_AT_ONCE: Final = 200
"""Runs that are told in one turn of the timer: the others wait for the next."""


def changed_runs(session: Session, *, ended_after: datetime) -> list[UUID]:
    """Runs not over by then of which something that is counted has another version than told."""
    found = marks_of(session, ended_after=ended_after)
    due = [run_id for run_id, (mark, kept) in found.items() if mark != kept]
    return sorted(due)[:MOST_AT_ONCE]


def runs_to_tell(session: Session, *, after: UUID | None = None) -> tuple[list[UUID], UUID | None]:
    """Of the next runs by id, those whose figures changed; and where to go on, None at the end."""
    found = runs_after(session, after, limit=AT_ONCE)
    figures = figures_of(session, [workshop.id for workshop, _, _ in found])
    parts = parts_of(session, {course.id for _, course, _ in found})
    due = []
    for workshop, course, told in found:
        taught = parts[course.id].capability_ids
        message = _message(workshop, course, taught, figures[workshop.id], version=0)
        if told is None or told.digest != _digest(message):
            due.append(workshop.id)
    return due, found[-1][0].id if len(found) == AT_ONCE else None


def tell_run(session: Session, workshop_id: UUID, *, now: datetime) -> bool:
    """Tell CourseRunCounted if the run's figures are not what was last told; whether it did."""
    workshop = session.get_one(Workshop, workshop_id, with_for_update={"key_share": True})
    course = session.get_one(Course, workshop.course_id)
    # Before the figures: what changes meanwhile is looked at once more.
    mark, _ = marks_of(session, only=workshop_id)[workshop_id]
    taught = parts_of(session, [course.id])[course.id].capability_ids
    figures = figures_of(session, [workshop_id])[workshop_id]
    told = session.get(ToldRun, workshop_id)
    if told is None:
        told = ToldRun(workshop_id=workshop_id, version=0, digest="")
        session.add(told)
    message = _message(workshop, course, taught, figures, version=told.version + 1)
    digest = _digest(message)
    told.mark, is_changed = mark, told.digest != digest
    if is_changed:
        told.version, told.digest, told.told_at = message.version, digest, now
    session.flush()
    if is_changed:
        tell(session, message, now=now)
    return is_changed


def _message(
    workshop: Workshop,
    course: Course,
    taught: tuple[UUID, ...],
    figures: Figures,
    *,
    version: int,
) -> CourseRunCounted:
    """capacity: without a limit, as many as are planned or seated."""
    total = total_of(figures)
    unlimited = max(total["planned"], total["seated"])
    return CourseRunCounted(
        workshop_id=workshop.id,
        version=version,
        course_id=course.id,
        course_names=dict(course.names),
        capability_ids=taught,
        staff_level=course.staff_level,
        job_kind=course.job_kind,
        host_id=workshop.host_id,
        titles=dict(workshop.titles),
        state=workshop.state,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        capacity=unlimited if workshop.capacity is None else workshop.capacity,
        counts=figures,
    )


def _digest(message: CourseRunCounted) -> str:
    """Of all but the version."""
    plain = asdict(message) | {"version": 0}
    text = json.dumps(plain, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return rfc3339(value) if isinstance(value, datetime) else str(value)

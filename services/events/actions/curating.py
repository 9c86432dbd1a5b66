"""Courses of a host: writing them, changing them, retiring them; and the learning paths."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.events.actions.recording import move, record, require_state
from services.events.model import (
    CapabilityCopy,
    Course,
    CourseCapability,
    CoursePrerequisite,
    CourseTrainer,
    LearningPath,
    LearningPathCourse,
    OrganisationCopy,
)
from services.events.model.course import ACTIVE, RETIRED
from services.events.queries.trainers import require_trainers
from shared.foundation.failures import Conflict, Fault, Invalid
from shared.foundation.ids import new_id

PARTS: Final[Mapping[str, tuple[Any, str]]] = {
    "capability_ids": (CourseCapability, "capability_id"),
    "prerequisite_ids": (CoursePrerequisite, "required_id"),
    "trainer_ids": (CourseTrainer, "trainer_id"),
}
OF_PATHS: Final = ("host_id", "names", "texts")


def create_course(
    session: Session, values: Mapping[str, Any], *, actor: str, now: datetime
) -> Course:
    """An active course. values: the model's columns, capability_ids, prerequisite_ids, trainer_ids.

    Raises Conflict for a code that another course of the host has, Invalid for unknown parts.
    """
    columns = {name: value for name, value in values.items() if name not in PARTS}
    made = Course(id=new_id(), version=1, state=ACTIVE, created_at=now, **columns)
    _lock_host(session, made.host_id)
    _require_own_code(session, made)
    session.add(made)
    session.flush()
    _set_parts(session, made, {name: values.get(name, ()) for name in PARTS})
    record(session, made, before=None, actor=actor, now=now)
    return made


def change_course(
    session: Session, course: Course, changes: Mapping[str, Any], *, actor: str, now: datetime
) -> Course:
    """Change some columns and parts. Certificates that were issued keep what they said."""
    _lock_host(session, course.host_id)
    with session.no_autoflush:
        for name, value in changes.items():
            if name not in PARTS:
                setattr(course, name, value)
        _require_own_code(session, course)
    _set_parts(session, course, {name: changes[name] for name in PARTS if name in changes})
    course.version += 1
    reason = f"changed {', '.join(changes)}"
    record(session, course, before=course.state, actor=actor, now=now, reason=reason)
    session.flush()
    return course


def _lock_host(session: Session, host_id: UUID) -> None:
    """What is true of all courses of a host together is looked at by one at a time."""
    session.get(OrganisationCopy, host_id, with_for_update={"key_share": True})


def _require_own_code(session: Session, course: Course) -> None:
    query = select(Course.id).where(
        Course.host_id == course.host_id, Course.code == course.code, Course.id != course.id
    )
    if session.scalars(query.limit(1)).one_or_none() is not None:
        raise Conflict(
            "Another course of this host has this code.",
            code="code_taken",
            faults=[Fault("/code", "Another course of this host has this code.")],
        )


def _set_parts(session: Session, course: Course, parts: Mapping[str, Sequence[UUID]]) -> None:
    checks = {
        "capability_ids": _require_capabilities,
        "prerequisite_ids": _require_prerequisites,
        "trainer_ids": _require_trainers,
    }
    for name, ids in parts.items():
        wanted = list(dict.fromkeys(ids))
        checks[name](session, course, wanted)
        kind, column = PARTS[name]
        session.execute(delete(kind).where(kind.course_id == course.id))
        session.add_all(kind(course_id=course.id, **{column: each}) for each in wanted)
    session.flush()


def _require_capabilities(session: Session, _: Course, ids: Sequence[UUID]) -> None:
    known = set(session.scalars(select(CapabilityCopy.id).where(CapabilityCopy.id.in_(ids))))
    for place, each in enumerate(ids):
        if each not in known:
            raise Invalid.at(f"/capability_ids/{place}", "No capability has this id.")


def _require_trainers(session: Session, course: Course, ids: Sequence[UUID]) -> None:
    require_trainers(session, course.host_id, ids, at="/trainer_ids")


def _require_prerequisites(session: Session, course: Course, ids: Sequence[UUID]) -> None:
    mine = select(Course.id).where(Course.id.in_(ids), Course.host_id == course.host_id)
    known = set(session.scalars(mine))
    needed_by = _edges(session, course.host_id)
    for place, each in enumerate(ids):
        at = f"/prerequisite_ids/{place}"
        if each not in known:
            raise Invalid.at(at, "The host has no course with this id.", code="unknown_course")
        if course.id in _before(each, needed_by):
            raise Invalid.at(at, "A course can't come before itself, by whatever way.")


def _edges(session: Session, host_id: UUID) -> dict[UUID, list[UUID]]:
    """course id → what it asks for, of all courses of the host."""
    query = select(CoursePrerequisite).join(Course, Course.id == CoursePrerequisite.course_id)
    found: dict[UUID, list[UUID]] = {}
    for each in session.scalars(query.where(Course.host_id == host_id)):
        found.setdefault(each.course_id, []).append(each.required_id)
    return found


def _before(course_id: UUID, edges: Mapping[UUID, Sequence[UUID]]) -> set[UUID]:
    """The course and all that come before it, directly or not."""
    found: set[UUID] = set()
    waiting = [course_id]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting.extend(edges.get(each, ()))
    return found


def retire(
    session: Session, course: Course, *, actor: str, now: datetime, reason: str = ""
) -> Course:
    """It gets no more runs; those that there are stay. Twice is once."""
    return _turn(session, course, ACTIVE, RETIRED, actor=actor, now=now, reason=reason)


def reactivate(
    session: Session, course: Course, *, actor: str, now: datetime, reason: str = ""
) -> Course:
    """It can be run again. Twice is once."""
    return _turn(session, course, RETIRED, ACTIVE, actor=actor, now=now, reason=reason)


def _turn(
    session: Session,
    course: Course,
    before: str,
    after: str,
    *,
    actor: str,
    now: datetime,
    reason: str,
) -> Course:
    session.refresh(course, with_for_update=True)
    if course.state != after:
        require_state(course, before, to="be turned")
        move(session, course, after, actor=actor, now=now, reason=reason)
    session.flush()
    return course


def create_path(session: Session, values: Mapping[str, Any], *, now: datetime) -> LearningPath:
    """A learning path. values: host_id, names, texts, course_ids in their order."""
    columns = {name: values[name] for name in OF_PATHS}
    made = LearningPath(id=new_id(), version=1, created_at=now, **columns)
    session.add(made)
    session.flush()
    _set_steps(session, made, values["course_ids"])
    return made


def change_path(session: Session, path: LearningPath, changes: Mapping[str, Any]) -> LearningPath:
    """Change some of it."""
    for name in set(OF_PATHS) & changes.keys():
        setattr(path, name, changes[name])
    path.version += 1
    if "course_ids" in changes:
        _set_steps(session, path, changes["course_ids"])
    session.flush()
    return path


def _set_steps(session: Session, path: LearningPath, ids: Sequence[UUID]) -> None:
    mine = select(Course.id).where(Course.id.in_(ids), Course.host_id == path.host_id)
    known = set(session.scalars(mine))
    for place, each in enumerate(ids):
        if each not in known:
            raise Invalid.at(
                f"/course_ids/{place}",
                "The host has no course with this id.",
                code="unknown_course",
            )
        if each in ids[:place]:
            raise Invalid.at(f"/course_ids/{place}", "A path leads through a course once.")
    session.execute(delete(LearningPathCourse).where(LearningPathCourse.path_id == path.id))
    session.add_all(
        LearningPathCourse(path_id=path.id, place=place, course_id=each)
        for place, each in enumerate(ids)
    )
    session.flush()


def remove_path(session: Session, path: LearningPath) -> None:
    """Take the path away; its courses stay."""
    session.execute(delete(LearningPathCourse).where(LearningPathCourse.path_id == path.id))
    session.delete(path)
    session.flush()

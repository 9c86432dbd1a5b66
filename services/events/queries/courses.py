"""Courses, learning paths and capabilities as an asker may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.events.model import (
    CapabilityCopy,
    Course,
    CourseCapability,
    CoursePrerequisite,
    CourseTrainer,
    LearningPath,
    LearningPathCourse,
    Workshop,
)
from services.events.model.course import ACTIVE
from services.events.queries.scopes import ORGANIZERS, TREE, may_organize, within
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import Asker


@dataclass(frozen=True)
class CourseParts:
    """What belongs to a course. capability_ids: of lineages."""

    capability_ids: tuple[UUID, ...] = ()
    prerequisite_ids: tuple[UUID, ...] = ()
    trainer_ids: tuple[UUID, ...] = ()


def _seen_by(asker: Asker) -> ColumnElement[bool]:
    shown = ["public"] if asker.identity is None else ["public", "members"]
    return or_(Course.visibility.in_(shown), within(Course.host_id, asker, *ORGANIZERS))


def courses_for(asker: Asker) -> Select[Course]:
    """Those that the asker may see: hidden ones only as organizer."""
    return select(Course).where(_seen_by(asker))


def courses_run_by(asker: Asker) -> Select[Course]:
    """Those that the asker organizes."""
    return select(Course).where(within(Course.host_id, asker, *ORGANIZERS))


def has_courses(session: Session, host_id: UUID, asker: Asker) -> bool:
    """Whether the host has an active course that the asker may see."""
    query = courses_for(asker).where(Course.host_id == host_id, Course.state == ACTIVE)
    return session.scalars(query.limit(1)).first() is not None


def get_course(session: Session, course_id: UUID, asker: Asker) -> Course:
    """The course, if the asker may see it. Raises NotFound."""
    found = session.scalars(courses_for(asker).where(Course.id == course_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such course.")
    return found


def get_organized_course(session: Session, course_id: UUID, asker: Asker) -> Course:
    """The course, if the asker runs it. Raises NotFound, or Forbidden where it can be seen."""
    found = get_course(session, course_id, asker)
    require_organizer(session, asker, found.host_id)
    return found


def require_organizer(session: Session, asker: Asker, host_id: UUID) -> None:
    """Raise Forbidden unless the asker organizes for the host."""
    if not may_organize(session, asker, host_id):
        raise Forbidden("You don't organize for this host.")


def get_run(session: Session, workshop: Workshop) -> Course:
    """The course that the workshop runs. Raises NotFound for one that runs none."""
    found = session.get(Course, workshop.course_id) if workshop.course_id else None
    if found is None:
        raise NotFound("This workshop is no run of a course.")
    return found


def parts_of(session: Session, course_ids: Iterable[UUID]) -> dict[UUID, CourseParts]:
    """course id → what belongs to it, of all of them."""
    wanted = list(course_ids)
    found: dict[UUID, dict[str, tuple[UUID, ...]]] = {each: {} for each in wanted}
    for name, kind, column in (
        ("capability_ids", CourseCapability, CourseCapability.capability_id),
        ("prerequisite_ids", CoursePrerequisite, CoursePrerequisite.required_id),
        ("trainer_ids", CourseTrainer, CourseTrainer.trainer_id),
    ):
        owner: Any = kind.course_id
        rows = session.execute(select(owner, column).where(owner.in_(wanted)).order_by(column))
        for course_id, part_id in rows:
            found[course_id][name] = (*found[course_id].get(name, ()), part_id)
    return {course_id: CourseParts(**parts) for course_id, parts in found.items()}


def prerequisites_of(session: Session, course_id: UUID) -> list[Course]:
    """The courses that come before this one, by code."""
    query = select(Course).join(CoursePrerequisite, CoursePrerequisite.required_id == Course.id)
    query = query.where(CoursePrerequisite.course_id == course_id)
    return list(session.scalars(query.order_by(Course.code, Course.id)))


def require_course(session: Session, workshop: Workshop) -> None:
    """Raise Invalid unless the workshop's course is one that its host can run now."""
    if workshop.course_id is None:
        return
    if workshop.kind != "course_run":
        raise Invalid.at("/kind", "Only a course run has a course.")
    found = session.get(Course, workshop.course_id)
    if found is None or found.host_id != workshop.host_id:
        raise Invalid.at(
            "/course_id", "The host has no course with this id.", code="unknown_course"
        )
    if found.state != ACTIVE:
        raise Invalid.at("/course_id", "This course is retired.", code="course_retired")


def current_capabilities() -> Select[CapabilityCopy]:
    """What holds now: of each organisation's newest edition; by root and code."""
    newer = aliased(CapabilityCopy)
    latest = select(func.max(newer.version)).where(
        newer.organisation_id == CapabilityCopy.organisation_id
    )
    query = select(CapabilityCopy).where(CapabilityCopy.version == latest.scalar_subquery())
    return query.order_by(CapabilityCopy.root, CapabilityCopy.code, CapabilityCopy.id)


def capabilities_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, CapabilityCopy]:
    """lineage id → the capability, as far as it is known."""
    query = select(CapabilityCopy).where(CapabilityCopy.id.in_(list(ids)))
    return {each.id: each for each in session.scalars(query)}


def get_capability(session: Session, capability_id: UUID) -> CapabilityCopy:
    """The capability by its lineage. Raises NotFound."""
    found = session.get(CapabilityCopy, capability_id)
    if found is None:
        raise NotFound("There is no such capability.")
    return found


@dataclass(frozen=True)
class CurriculumRow:
    """A capability, and the courses that teach it: staff level → courses; none: a gap."""

    capability: CapabilityCopy
    cells: dict[str, list[Course]]


def curriculum_of(
    session: Session, host_id: UUID, asker: Asker, levels: Sequence[str]
) -> list[CurriculumRow]:
    """The host's active courses by what they teach and to whom; gaps have empty cells.

    Rows: what the frameworks of the host and of those above it ask for now, and what it teaches.
    """
    query = courses_for(asker).where(Course.host_id == host_id, Course.state == ACTIVE)
    courses = list(session.scalars(query.order_by(Course.code, Course.id)))
    parts = parts_of(session, (each.id for each in courses))
    taught = {each for part in parts.values() for each in part.capability_ids}
    above = TREE.ancestors_of(session, host_id)
    asked = current_capabilities().where(CapabilityCopy.organisation_id.in_(above))
    rows = {each.id: each for each in session.scalars(asked)}
    rows |= capabilities_of(session, taught - rows.keys())
    return [
        CurriculumRow(
            capability,
            {
                level: [
                    each
                    for each in courses
                    if each.staff_level == level and capability.id in parts[each.id].capability_ids
                ]
                for level in levels
            },
        )
        for capability in sorted(rows.values(), key=lambda row: (row.root, row.code))
    ]


def teaching(asker: Asker, capability_id: UUID, staff_level: str) -> Select[Course]:
    """The asker's active courses that teach the capability at the level, by code."""
    taught = select(CourseCapability.course_id).where(
        CourseCapability.capability_id == capability_id
    )
    query = courses_run_by(asker).where(
        Course.id.in_(taught), Course.staff_level == staff_level, Course.state == ACTIVE
    )
    return query.order_by(Course.code, Course.id)


def runs_of(course_id: UUID, asker: Asker) -> Select[Workshop]:
    """Runs of the course that the asker may see, in no order yet."""
    shown = ["public"] if asker.identity is None else ["public", "members"]
    listed = and_(Workshop.state != "draft", Workshop.visibility.in_(shown))
    seen = or_(listed, within(Workshop.host_id, asker, *ORGANIZERS))
    return select(Workshop).where(Workshop.course_id == course_id, seen)


def _paths_seen(asker: Asker) -> ColumnElement[bool]:
    """Paths of whose courses the asker may see one at least; all as organizer."""
    seen = (
        select(LearningPathCourse.path_id)
        .join(Course, Course.id == LearningPathCourse.course_id)
        .where(_seen_by(asker))
    )
    return or_(LearningPath.id.in_(seen), within(LearningPath.host_id, asker, *ORGANIZERS))


def paths_for(asker: Asker) -> Select[LearningPath]:
    """Learning paths that the asker may see, in no order yet."""
    return select(LearningPath).where(_paths_seen(asker))


def get_path(session: Session, path_id: UUID, asker: Asker) -> LearningPath:
    """The path, if the asker may see it. Raises NotFound."""
    found = session.scalars(paths_for(asker).where(LearningPath.id == path_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such learning path.")
    return found


def get_organized_path(session: Session, path_id: UUID, asker: Asker) -> LearningPath:
    """The path, if the asker runs it. Raises NotFound, or Forbidden where it can be seen."""
    found = get_path(session, path_id, asker)
    require_organizer(session, asker, found.host_id)
    return found


def steps_of(session: Session, path_ids: Iterable[UUID], asker: Asker) -> dict[UUID, list[Course]]:
    """path id → its courses in their order, those that the asker may see."""
    wanted = list(path_ids)
    found: dict[UUID, list[Course]] = {each: [] for each in wanted}
    query = (
        select(LearningPathCourse.path_id, Course)
        .join(Course, Course.id == LearningPathCourse.course_id)
        .where(LearningPathCourse.path_id.in_(wanted), _seen_by(asker))
        .order_by(LearningPathCourse.path_id, LearningPathCourse.place)
    )
    for path_id, course in session.execute(query):
        found[path_id].append(course)
    return found


def taught_by(session: Session, workshop: Workshop) -> dict[str, Any]:
    """What a run's certificates say of its course: plain values; {} for no run of a course."""
    course = session.get(Course, workshop.course_id) if workshop.course_id else None
    if course is None:
        return {}
    ids = parts_of(session, [course.id])[course.id].capability_ids
    known = capabilities_of(session, ids)
    return {
        "course_id": str(course.id),
        "staff_level": course.staff_level,
        "job_kind": course.job_kind,
        "capability_ids": [str(each) for each in ids],
        "alignments": [
            {"uri": each.esco_uri, "code": each.code, "names": dict(each.names)}
            for each in known.values()
            if each.esco_uri
        ],
    }

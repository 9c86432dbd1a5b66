"""Courses, the curriculum, and what a course's runs are planned from."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.events.actions import curating, planning
from services.events.actions.planning import Need
from services.events.api.schemas.courses import (
    CourseArguments,
    CourseChangeIn,
    CourseIn,
    CourseOut,
    CoursePage,
    CurriculumOut,
    RunIn,
)
from services.events.api.schemas.workshops import WorkshopOut, WorkshopPage
from services.events.api.views import workshop_out, workshop_values
from services.events.model import Course, CourseCapability, Workshop
from services.events.queries import courses as queries
from services.events.queries import workshops as workshop_queries
from services.events.queries.copies import get_organisation, require_organisation
from shared.contracts.talent_words import STAFF_LEVELS
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_courses", __name__, url_prefix="/events/api/v1")
ORGANIZER = one_of(Role.ORGANIZER)
COURSE = "/courses/<uuid:course_id>"


def _shown(courses: list[Course]) -> list[dict[str, Any]]:
    """For CourseOut, with the prerequisites that the asker may see."""
    session = current_session()
    parts = queries.parts_of(session, [each.id for each in courses])
    named = {each for part in parts.values() for each in part.prerequisite_ids}
    query = queries.courses_for(asker()).where(Course.id.in_(named))
    seen = {each.id for each in session.scalars(query)}
    return [
        vars(each)
        | vars(parts[each.id])
        | {"prerequisite_ids": [one for one in parts[each.id].prerequisite_ids if one in seen]}
        for each in courses
    ]


def _out(course: Course) -> dict[str, Any]:
    set_etag(course.version)
    current_session().refresh(course)
    return _shown([course])[0]


@blueprint.route("/courses", methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(CourseArguments, location="query")
@listed(blueprint, CoursePage)
def list_courses(arguments: dict[str, Any]) -> dict[str, Any]:
    """Courses that the asker may see, by code."""
    query = queries.courses_for(asker())
    for name in ("host_id", "state", "staff_level", "job_kind"):
        if arguments.get(name) is not None:
            query = query.where(getattr(Course, name) == arguments[name])
    if arguments.get("capability_id") is not None:
        taught = CourseCapability.capability_id == arguments["capability_id"]
        query = query.join(CourseCapability, CourseCapability.course_id == Course.id).where(taught)
    rows, cursor = page_of(
        current_session(),
        query,
        [Key(Course.code), Key(Course.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(_shown(rows), cursor)


@blueprint.route("/courses", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(CourseIn)
@blueprint.response(201, CourseOut)
def create_course(body: dict[str, Any]) -> dict[str, Any]:
    """A course of a host that the asker organizes for."""
    session = current_session()
    require_organisation(session, body["host_id"], "/host_id")
    queries.require_organizer(session, asker(), body["host_id"])
    return _out(curating.create_course(session, body, actor=asker().name, now=now()))


@blueprint.route(COURSE, methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, CourseOut)
def read_course(course_id: UUID) -> dict[str, Any]:
    """One course."""
    return _out(queries.get_course(current_session(), course_id, asker()))


@blueprint.route(COURSE, methods=["PATCH"])
@enter(ORGANIZER)
@blueprint.arguments(CourseChangeIn(partial=("names",)))
@blueprint.response(200, CourseOut)
def change_course(body: dict[str, Any], course_id: UUID) -> dict[str, Any]:
    """Change some fields."""
    session = current_session()
    found = queries.get_organized_course(session, course_id, asker())
    session.refresh(found, with_for_update=True)
    require_match(found.version)
    return _out(curating.change_course(session, found, body, actor=asker().name, now=now()))


def _step(verb: str, act: Callable[..., Course], meaning: str) -> None:
    @enter(ORGANIZER)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, CourseOut)
    def step(body: dict[str, Any], course_id: UUID) -> dict[str, Any]:
        session = current_session()
        found = queries.get_organized_course(session, course_id, asker())
        return _out(act(session, found, actor=asker().name, now=now(), reason=body["reason"]))

    step.__name__, step.__doc__ = f"{verb}_course", meaning
    blueprint.route(f"{COURSE}/{verb}", methods=["POST"])(step)


_step("retire", curating.retire, "It gets no more runs.")
_step("reactivate", curating.reactivate, "A retired course can be run again.")


@blueprint.route(f"{COURSE}/runs", methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, WorkshopPage)
def list_runs(arguments: dict[str, Any], course_id: UUID) -> dict[str, Any]:
    """Runs of the course that the asker may see, latest first."""
    session = current_session()
    course = queries.get_course(session, course_id, asker())
    rows, cursor = page_of(
        session,
        queries.runs_of(course.id, asker()),
        [Key(Workshop.starts_at, True), Key(Workshop.id, True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    seated = workshop_queries.seated_at(session, [row.id for row in rows], asker())
    hosts = workshop_queries.organized_hosts(session, {course.host_id}, asker())
    items = [
        workshop_out(row, shows_address=row.id in seated or row.host_id in hosts) for row in rows
    ]
    return list_answer(items, cursor)


@blueprint.route(f"{COURSE}/runs", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(RunIn)
@blueprint.response(201, WorkshopOut)
def plan_run(body: dict[str, Any], course_id: UUID) -> dict[str, Any]:
    """A draft run, its seats allotted in proportion to what each body needs."""
    session = current_session()
    course = queries.get_organized_course(session, course_id, asker())
    values = workshop_values(body)
    needs = [Need(**each) for each in values.pop("needs")]
    made = planning.plan_run(session, course, values, needs, actor=asker().name, now=now())
    set_etag(made.version)
    return workshop_out(made)


@blueprint.route("/organisations/<uuid:organisation_id>/curriculum", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, CurriculumOut)
def read_curriculum(organisation_id: UUID) -> dict[str, Any]:
    """A host's active courses by capability and staff level; empty cells are gaps."""
    session = current_session()
    host = get_organisation(session, organisation_id)
    rows = queries.curriculum_of(session, host.id, asker(), tuple(STAFF_LEVELS))
    items = [
        {
            "capability_id": row.capability.id,
            "root": row.capability.root,
            "code": row.capability.code,
            "names": row.capability.names,
            "cells": [
                {"staff_level": level, "course_ids": [each.id for each in courses]}
                for level, courses in row.cells.items()
            ],
        }
        for row in rows
    ]
    return {"items": items}

"""Courses: the curriculum for everyone, the page of a course, and writing one."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select

from services.events.actions import curating
from services.events.model import Course, LearningPath, OrganisationCopy, Trainer, Workshop
from services.events.model.course import ACTIVE, CODE, PREREQUISITE_RULES
from services.events.model.workshop import VISIBILITIES
from services.events.pages.course_words import (
    WORDS,
    capability_choices,
    choices,
    course_choices,
    facts_of,
    said,
    ticked,
    ticks,
    trainer_choices,
    with_other_languages,
)
from services.events.pages.manage import ORGANIZER, hosts_of
from services.events.queries import courses as queries
from services.events.queries.copies import get_organisation, organisation_names
from services.events.queries.run_figures import figures_of, total_of
from services.events.queries.scopes import ORGANIZERS, may_organize
from services.events.queries.trainers import trainers_for, trainers_of_course
from services.events.queries.workshops import is_upcoming, ledgers_of
from shared.contracts.talent_words import JOB_KINDS, ROOTS, STAFF_LEVELS
from shared.foundation.failures import Failure, Forbidden
from shared.web.bounds import Range
from shared.web.context import current_session, now, undo
from shared.web.fields import Texts, Whole
from shared.web.forms import Form, filled, read_form
from shared.web.identity import ANYONE, asker, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("courses", __name__, url_prefix="/events")
LATEST: Final = 50
HOSTS: Final = 50
PATHS: Final = 50


class CourseForm(Schema):
    """A course as it is written."""

    class Meta:
        unknown = RAISE

    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=20_000, load_default=dict)
    code = fields.String(
        required=True,
        validate=Whole(CODE, error="Use capitals, digits and hyphens, such as CI-101."),
    )
    staff_level = fields.String(required=True, validate=validate.OneOf(tuple(STAFF_LEVELS)))
    job_kind = fields.String(required=True, validate=validate.OneOf(tuple(JOB_KINDS)))
    hours = fields.Float(required=True, validate=Range(0, 2000, min_inclusive=False))
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    prerequisites_are = fields.String(
        load_default="advised", validate=validate.OneOf(PREREQUISITE_RULES)
    )
    capability_ids = ticks()
    prerequisite_ids = ticks()
    trainer_ids = ticks()


TICKED: Final = ("capability_ids", "prerequisite_ids", "trainer_ids")


@blueprint.get("/courses")
@enter(ANYONE)
def catalogue() -> ResponseReturnValue:
    """A host's curriculum: capabilities by staff levels, gaps among them, and learning paths."""
    session, hosts = current_session(), _hosts()
    wanted = request.args.get("host", "")
    host = next((each for each in hosts if str(each.id) == wanted), hosts[0] if hosts else None)
    rows = queries.curriculum_of(session, host.id, asker(), tuple(STAFF_LEVELS)) if host else []
    paths = _paths(host.id) if host else []
    return render_template(
        "courses.html",
        hosts=[(str(each.id), said(each.names)) for each in hosts],
        host=host,
        by_root={root: [each for each in rows if each.capability.root == root] for root in ROOTS},
        rows=rows,
        paths=paths,
        steps=queries.steps_of(session, [each.id for each in paths], asker()),
        is_organizer=host is not None and may_organize(session, asker(), host.id),
        may_write=bool(asker().identity) and bool(hosts_of()),
        **WORDS,
    )


def _paths(host_id: UUID) -> list[LearningPath]:
    query = queries.paths_for(asker()).where(LearningPath.host_id == host_id)
    return list(current_session().scalars(query.order_by(LearningPath.id).limit(PATHS)))


def _hosts() -> list[OrganisationCopy]:
    """Whose active courses the asker may see, by name."""
    mine = queries.courses_for(asker()).where(Course.state == ACTIVE)
    ids = mine.with_only_columns(Course.host_id)
    query = select(OrganisationCopy).where(OrganisationCopy.id.in_(ids)).limit(HOSTS)
    return sorted(current_session().scalars(query), key=lambda each: said(each.names))


@blueprint.get("/courses/<uuid:course_id>")
@enter(ANYONE)
def show(course_id: UUID) -> ResponseReturnValue:
    """A course, its runs to come, and for its organizers how each run is filled."""
    session = current_session()
    course = queries.get_course(session, course_id, asker())
    runs = queries.runs_of(course.id, asker())
    coming = runs.where(is_upcoming(now()), Workshop.state == "published")
    coming_runs = list(session.scalars(coming.order_by(Workshop.starts_at, Workshop.id).limit(24)))
    is_organizer = may_organize(session, asker(), course.host_id)
    latest = runs.order_by(Workshop.starts_at.desc(), Workshop.id.desc()).limit(LATEST)
    counted = list(session.scalars(latest)) if is_organizer else []
    figures = figures_of(session, [each.id for each in counted])
    return render_template(
        "course.html",
        host=organisation_names(session, course.host_id),
        coming=coming_runs,
        ledgers=ledgers_of(session, [each.id for each in coming_runs]),
        trainers=trainers_of_course(session, course.id),
        is_organizer=is_organizer,
        runs=counted,
        totals={each: total_of(found) for each, found in figures.items()},
        total=total_of(tuple(count for found in figures.values() for count in found)),
        **facts_of(course),
        **WORDS,
    )


def _form_page(
    host_id: UUID, form: Form, course: Course | None = None, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    mine = str(course.id) if course else ""
    pool = session.scalars(trainers_for(asker()).where(Trainer.host_id == host_id))
    page = render_template(
        "course_form.html",
        host=get_organisation(session, host_id),
        hosts=hosts_of(),
        form=form,
        course=course,
        levels=choices(STAFF_LEVELS),
        kinds=choices(JOB_KINDS),
        visibilities=[(each, _(each)) for each in VISIBILITIES],
        rules=[("advised", _("advised")), ("required", _("required"))],
        capabilities=capability_choices(),
        others=[pair for pair in course_choices(host_id) if pair[0] != mine],
        trainers=trainer_choices(pool),
    )
    return page, status


def usual_host() -> str:
    """Of the asker's hosts the one that teaches already, else that of their own grant, if any."""
    offered = [each for each, _name in hosts_of()]
    latest = queries.courses_run_by(asker()).order_by(Course.id.desc()).limit(1)
    found = current_session().scalars(latest).one_or_none()
    identity = asker().identity
    granted = identity.places(*ORGANIZERS) if identity else ()
    likely = [found.host_id] if found else []
    likely += [each.organisation_id for each in granted if each.organisation_id]
    return next((str(each) for each in likely if str(each) in offered), next(iter(offered), ""))


def _wanted_host() -> UUID:
    """The host that the address names, else the usual one."""
    wanted = request.args.get("host", "")
    found = wanted if wanted in [each for each, _name in hosts_of()] else usual_host()
    if not found:
        raise Forbidden("You don't organize for any host.")
    return UUID(found)


@blueprint.route("/courses/new", methods=["GET", "POST"])
@enter(ORGANIZER)
def create() -> ResponseReturnValue:
    """Write a new course; a cell of the gap may be given by the address."""
    host_id = _wanted_host()
    if request.method == "GET":
        typed = {"visibility": "public", "prerequisites_are": "advised", "job_kind": "augmented"}
        names = ("staff_level", "job_kind")
        typed |= {name: request.args[name] for name in names if name in request.args}
        typed |= {f"capability_ids.{each}": "on" for each in request.args.getlist("capability")}
        return _form_page(host_id, Form(typed=typed))
    form = read_form(CourseForm())
    if form.is_good:
        try:
            queries.require_organizer(current_session(), asker(), host_id)
            values = _values(form) | {"host_id": host_id}
            made = curating.create_course(current_session(), values, actor=asker().name, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("The course is in the catalogue."))
            return redirect(url_for("courses.show", course_id=made.id), 303)
    undo()
    return _form_page(host_id, form, status=422)


def _values(form: Form) -> dict[str, Any]:
    return form.values | {name: list(form.values[name]) for name in TICKED}


@blueprint.route("/courses/<uuid:course_id>/edit", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit(course_id: UUID) -> ResponseReturnValue:
    """Change a course."""
    session = current_session()
    course = queries.get_organized_course(session, course_id, asker())
    host_id = course.host_id
    if request.method == "GET":
        names = ("names", "texts", "code", "staff_level", "job_kind", "visibility")
        typed = filled({name: getattr(course, name) for name in (*names, "prerequisites_are")})
        typed["hours"] = f"{course.hours:g}"
        parts = queries.parts_of(session, [course.id])[course.id]
        for name in TICKED:
            typed |= ticked(name, getattr(parts, name))
        return _form_page(host_id, Form(typed=typed), course)
    form = read_form(CourseForm())
    if form.is_good:
        try:
            session.refresh(course, with_for_update=True)
            form.require_current(course.version)
            values = with_other_languages(course, _values(form), "names", "texts")
            curating.change_course(session, course, values, actor=asker().name, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("courses.show", course_id=course_id), 303)
    undo()
    return _form_page(host_id, form, queries.get_course(session, course_id, asker()), 422)


@blueprint.post("/courses/<uuid:course_id>/<any(retire, reactivate):verb>")
@enter(ORGANIZER)
def turn(course_id: UUID, verb: str) -> ResponseReturnValue:
    """Retire a course, or take it up again."""
    session = current_session()
    course = queries.get_organized_course(session, course_id, asker())
    does = {"retire": curating.retire, "reactivate": curating.reactivate}[verb]
    try:
        does(session, course, actor=asker().name, now=now())
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("courses.show", course_id=course_id), 303)

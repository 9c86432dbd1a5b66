"""The room of a run of a course: its numbers, its trainers, what its people lack."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema

from services.events.actions import requiring, training
from services.events.model import PrerequisiteWaiver, Registration, Workshop
from services.events.pages.course_words import facts_of, ticks, trainer_choices
from services.events.pages.manage import ORGANIZER
from services.events.queries import courses as queries
from services.events.queries import prerequisites
from services.events.queries import trainers as pool
from services.events.queries.attendance import those_with_a_seat
from services.events.queries.copies import names_of, organisation_names
from services.events.queries.run_figures import figures_of, total_of
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure
from shared.web.context import current_session, now
from shared.web.fields import Email, Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("runs", __name__, url_prefix="/events")
PEOPLE: Final = 200
RUN: Final = "/manage/<uuid:workshop_id>/course"


class RunTrainersForm(Schema):
    """Who teaches a run."""

    class Meta:
        unknown = RAISE

    trainer_ids = ticks()


class WaiverForm(Schema):
    """Whom to let in."""

    class Meta:
        unknown = RAISE

    email = Email(required=True)
    reason = Line(load_default="")


def _own_run(workshop_id: UUID) -> Workshop:
    session = current_session()
    found = get_organized(session, workshop_id, asker())
    queries.get_run(session, found)
    return found


def _run_page(run: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    figures = figures_of(session, [run.id])[run.id]
    teaching = [each.id for each in pool.trainers_of_run(session, run.id)]
    course = queries.get_run(session, run)
    can_teach = {each.id: each for each in pool.trainers_of_course(session, course.id)}
    can_teach |= {each.id: each for each in pool.trainers_of_run(session, run.id)}
    people = session.scalars(those_with_a_seat(run).order_by(Registration.name_key).limit(PEOPLE))
    seated = list(people)
    lacks = zip(seated, prerequisites.standings(session, run, seated), strict=True)
    bodies = {each.organisation_id for each in figures if each.organisation_id}
    page = render_template(
        "run.html",
        workshop=run,
        host=organisation_names(session, run.host_id),
        figures=figures,
        total=total_of(figures),
        names=names_of(session, bodies),
        trainers=trainer_choices(can_teach.values()),
        teaching={str(each) for each in teaching},
        conflicts=[
            each
            for each in pool.conflicts_of(session, teaching)
            if run.id in (each.first.id, each.second.id)
        ],
        lacking=[(person, courses) for person, courses in lacks if courses],
        waivers=list(
            session.scalars(
                prerequisites.waivers_of(run.id).order_by(PrerequisiteWaiver.id).limit(PEOPLE)
            )
        ),
        form=form,
        **facts_of(course),
    )
    return page, status


@blueprint.get(RUN)
@enter(ORGANIZER)
def run(workshop_id: UUID) -> ResponseReturnValue:
    """A run in numbers, its trainers, and who lacks the courses before it."""
    return _run_page(_own_run(workshop_id), Form())


@blueprint.post(f"{RUN}/trainers")
@enter(ORGANIZER)
def set_trainers(workshop_id: UUID) -> ResponseReturnValue:
    """Say who teaches the run."""
    found, form = _own_run(workshop_id), read_form(RunTrainersForm())
    if form.is_good:
        try:
            training.set_run_trainers(current_session(), found, list(form.values["trainer_ids"]))
            say(_("Saved."))
        except Failure as failure:
            say_failure(failure)
    return redirect(url_for("runs.run", workshop_id=workshop_id) + "#trainers", 303)


@blueprint.post(f"{RUN}/waivers")
@enter(ORGANIZER)
def let_in(workshop_id: UUID) -> ResponseReturnValue:
    """Let somebody into the run without the earlier courses."""
    found, form = _own_run(workshop_id), read_form(WaiverForm())
    if not form.is_good:
        return _run_page(found, form, 422)
    options: Any = {"reason": form.values["reason"], "actor": asker().name, "now": now()}
    requiring.waive(current_session(), found, form.values["email"], **options)
    say(_("%(email)s may come without the earlier courses.", email=form.values["email"]))
    return redirect(url_for("runs.run", workshop_id=workshop_id) + "#prerequisites", 303)


@blueprint.post("/prerequisite-waivers/<uuid:waiver_id>/remove")
@enter(ORGANIZER)
def end_waiver(waiver_id: UUID) -> ResponseReturnValue:
    """Ask for the earlier courses again."""
    session = current_session()
    found = prerequisites.get_waiver(session, waiver_id, asker())
    workshop_id = found.workshop_id
    requiring.end_waiver(session, found)
    return redirect(url_for("runs.run", workshop_id=workshop_id) + "#prerequisites", 303)

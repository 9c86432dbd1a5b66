"""Learning paths: writing one, changing it, taking it away."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import curating
from services.events.model import LearningPath
from services.events.model.course import MOST_OF_A_PATH
from services.events.pages.course_words import course_choices, with_other_languages
from services.events.pages.courses import usual_host
from services.events.pages.manage import ORGANIZER, hosts_of
from services.events.queries import courses as queries
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, undo
from shared.web.fields import Count, Keyed, Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say

blueprint = Blueprint("learning_paths", __name__, url_prefix="/events")
FEWEST_PLACES: Final = 8


class PathForm(Schema):
    """A learning path. steps: place → course; empty places are passed by."""

    class Meta:
        unknown = RAISE

    host_id = fields.UUID(required=True)
    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=20_000, load_default=dict)
    steps = Keyed(keys=Count(1, MOST_OF_A_PATH), values=fields.UUID(), load_default=dict)


def _places(form: Form) -> int:
    """Two more than are filled."""
    filled_ones = [path for path, text in form.typed.items() if path.startswith("steps.") and text]
    return min(MOST_OF_A_PATH, max(FEWEST_PLACES, len(filled_ones) + 2))


def _path_page(
    form: Form, found: LearningPath | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "learning_path.html",
        form=form,
        path=found,
        hosts=hosts_of(),
        courses=[("", "–"), *course_choices(found.host_id if found else None)],
        places=range(1, _places(form) + 1),
    )
    return page, status


@blueprint.route("/learning-paths/new", methods=["GET", "POST"])
@enter(ORGANIZER)
def create_path() -> ResponseReturnValue:
    """Write a new learning path."""
    if request.method == "GET":
        return _path_page(Form(typed={"host_id": usual_host()}))
    form = read_form(PathForm())
    if form.is_good:
        try:
            session = current_session()
            queries.require_organizer(session, asker(), form.values["host_id"])
            made = curating.create_path(session, _path_values(form), now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("The learning path is in the catalogue."))
            return redirect(url_for("courses.catalogue", host=made.host_id), 303)
    undo()
    return _path_page(form, status=422)


def _path_values(form: Form) -> dict[str, Any]:
    values = dict(form.values)
    steps = values.pop("steps")
    return values | {"course_ids": [steps[place] for place in sorted(steps)]}


@blueprint.route("/learning-paths/<uuid:path_id>", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit_path(path_id: UUID) -> ResponseReturnValue:
    """Change a learning path."""
    session = current_session()
    found = queries.get_organized_path(session, path_id, asker())
    host_id = found.host_id
    if request.method == "GET":
        typed = filled({"names": found.names, "texts": found.texts})
        steps = queries.steps_of(session, [found.id], asker())[found.id]
        typed |= {f"steps.{place}": str(each.id) for place, each in enumerate(steps, 1)}
        return _path_page(Form(typed=typed), found)
    form = read_form(PathForm(exclude=("host_id",)))
    if form.is_good:
        try:
            session.refresh(found, with_for_update=True)
            form.require_current(found.version)
            values = with_other_languages(found, _path_values(form), "names", "texts")
            curating.change_path(session, found, values)
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("courses.catalogue", host=host_id), 303)
    undo()
    return _path_page(form, queries.get_path(session, path_id, asker()), 422)


@blueprint.post("/learning-paths/<uuid:path_id>/remove")
@enter(ORGANIZER)
def remove_path(path_id: UUID) -> ResponseReturnValue:
    """Take a path away; its courses stay."""
    session = current_session()
    found = queries.get_organized_path(session, path_id, asker())
    host_id = found.host_id
    curating.remove_path(session, found)
    return redirect(url_for("courses.catalogue", host=host_id), 303)

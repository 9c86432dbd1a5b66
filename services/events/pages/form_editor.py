"""The organizer's editor of the registration form: one question at a time."""

import re
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.events.actions import scheduling
from services.events.model import Workshop
from services.events.model.form import FILE_KINDS
from services.events.pages.manage import ORGANIZER
from services.events.pages.question_form import (
    KIND_NAMES,
    MOST_OPTIONS,
    QuestionForm,
    answers_before,
    conditions_of,
    question_of,
    typed_question,
)
from services.events.queries.copies import organisation_names
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure, NotFound
from shared.web.choice_rows import new_key, rows_to_show
from shared.web.context import current_session, now
from shared.web.forms import Form, fingerprint, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("form_editor", __name__, url_prefix="/events/manage")
GONE: Final = "gone"
"""The version of a question that somebody has taken off meanwhile."""


def _page(workshop: Workshop, form: Form, key: str | None, status: int) -> ResponseReturnValue:
    page = render_template(
        "form_editor.html",
        workshop=workshop,
        host=organisation_names(current_session(), workshop.host_id),
        form=form,
        key=key,
        version=_version(workshop, key),
        kinds=list(KIND_NAMES.items()),
        file_kinds=FILE_KINDS,
        kind_names=KIND_NAMES,
        balances=[
            ("", ""),
            ("gender", gettext("Gender, as people describe it themselves")),
            ("group", gettext("Disadvantaged group, as people declare it themselves")),
        ],
        before=answers_before(workshop.form[: _place_of(workshop, key)]),
        conditions=conditions_of(workshop.form),
        option_rows=rows_to_show("options", form.typed),
        most_options=MOST_OPTIONS,
    )
    return page, status


def _place_of(workshop: Workshop, key: str | None) -> int | None:
    """Where the form has this question."""
    keys = [each["key"] for each in workshop.form]
    return keys.index(key) if key in keys else None


def _version(workshop: Workshop, key: str | None) -> str:
    """Of the question to edit; the workshop's own counts much else. Empty for a new one."""
    if key is None:
        return ""
    place = _place_of(workshop, key)
    return fingerprint(workshop.form[place]) if place is not None else GONE


@blueprint.route("/<uuid:workshop_id>/form", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit(workshop_id: UUID) -> ResponseReturnValue:
    """The questions, and one of them to write: a new one, or that with the key `question`."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    key = request.args.get("question")
    if request.method == "GET":
        typed = {"kind": "text"}
        if key is not None:
            typed = typed_question(workshop.form[_require_place(workshop, key)])
        return _page(workshop, Form(typed=typed), key, 200)
    form = read_form(QuestionForm())
    if form.is_good:
        scheduling.lock_workshop(session, workshop)
        try:
            form.require_current(_version(workshop, key))
            _keep(workshop, _with(workshop, form, key))
        except Failure as failure:
            _refuse(form, failure)
        else:
            say(gettext("Saved."))
            return redirect(url_for("form_editor.edit", workshop_id=workshop_id), 303)
    return _page(workshop, form, key, 422)


def _require_place(workshop: Workshop, key: str) -> int:
    place = _place_of(workshop, key)
    if place is None:
        raise NotFound(gettext("The form has no such question."))
    return place


def _with(workshop: Workshop, form: Form, key: str | None) -> list[dict[str, Any]]:
    """The questions with this one in its place, or at the end."""
    questions, place = list(workshop.form), _place_of(workshop, key)
    if key is None:
        key = new_key(form.values["labels"], {each["key"] for each in questions})
    before = questions[place] if place is not None else None
    made = question_of(form.values, key, before)
    if place is None:
        return [*questions, made]
    return [*questions[:place], made, *questions[place + 1 :]]


def _refuse(form: Form, failure: Failure) -> None:
    """Show the faults of the question beside the fields of this form."""
    form.refuse(failure)
    names = {
        "shown_if.key": "after",
        "shown_if.is_one_of": "after",
        "most_bytes": "most_megabytes",
    }
    for path in list(form.faults):
        match = re.fullmatch(r"registration\.form\.\d+\.(.+)", path)
        if match:
            form.faults[names.get(match[1], match[1])] = form.faults.pop(path)


def _keep(workshop: Workshop, questions: list[dict[str, Any]]) -> None:
    """The caller has locked the workshop."""
    scheduling.change_workshop(
        current_session(), workshop, {"form": questions}, actor=asker().name, now=now()
    )


@blueprint.post("/<uuid:workshop_id>/form/<key>/<any(up, down, remove):verb>")
@enter(ORGANIZER)
def arrange(workshop_id: UUID, key: str, verb: str) -> ResponseReturnValue:
    """Move a question, or take it off; answers to it stay."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    scheduling.lock_workshop(session, workshop)
    place, questions = _require_place(workshop, key), list(workshop.form)
    taken = questions.pop(place)
    if verb != "remove":
        questions.insert(max(place - 1, 0) if verb == "up" else place + 1, taken)
    try:
        _keep(workshop, questions)
    except Failure as failure:
        first = failure.faults[0].detail if failure.faults else failure.detail
        say_failure(type(failure)(first))
    return redirect(url_for("form_editor.edit", workshop_id=workshop_id), 303)

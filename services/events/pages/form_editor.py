"""The organizer's editor of the registration form: one question at a time."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.events.actions import scheduling
from services.events.model import Workshop
from services.events.model.form import (
    BALANCES,
    FILE_KINDS,
    MOST_BYTES,
    QUESTION_KINDS,
    USUAL_BYTES,
    WITH_OPTIONS,
    label_of,
)
from services.events.pages.manage import ORGANIZER
from services.events.queries.copies import organisation_names
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure, NotFound
from shared.foundation.ids import new_secret
from shared.foundation.languages import LANGUAGES
from shared.web.context import current_session, now
from shared.web.fields import Count, Line, Prose, Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure

blueprint = Blueprint("form_editor", __name__, url_prefix="/events/manage")
LONGEST_KEY: Final = 40
MEGABYTE: Final = 1024 * 1024
KIND_NAMES: Final = {
    "text": _("One line of text"),
    "paragraph": _("Several lines"),
    "number": _("A number"),
    "date": _("A date"),
    "email": _("A mail address"),
    "url": _("A web address"),
    "choice": _("One of several"),
    "choices": _("Any of several"),
    "checkbox": _("Yes or no"),
    "file": _("A file"),
}


class QuestionForm(Schema):
    """One question as the form has it. options: a line each, `value | English | 中文`."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(QUESTION_KINDS))
    labels = Texts(required=True)
    hints = Texts(load_default=dict)
    options = Prose(load_default="", longest=20_000)
    is_required = fields.Boolean(load_default=False)
    counts_as = fields.String(load_default=None, validate=validate.OneOf(BALANCES))
    accepts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(FILE_KINDS)), load_default=dict
    )
    most_megabytes = Count(1, MOST_BYTES // MEGABYTE, load_default=USUAL_BYTES // MEGABYTE)
    condition_key = Line(load_default=None)
    condition_values = Line(load_default="")


def question_of(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    condition = None
    if values["condition_key"]:
        answers = [each.strip() for each in values["condition_values"].split(",") if each.strip()]
        condition = {"key": values["condition_key"], "is_one_of": answers}
    plain = {name: values[name] for name in ("kind", "labels", "hints", "is_required", "counts_as")}
    options = _options(values["options"]) if values["kind"] in WITH_OPTIONS else []
    if values["kind"] == "file":
        plain["most_bytes"] = values["most_megabytes"] * MEGABYTE
        plain["accepts"] = [each for each in FILE_KINDS if each in values["accepts"]]
        plain["accepts"] = plain["accepts"] or list(FILE_KINDS)
    return plain | {"key": key, "options": options, "shown_if": condition}


def _options(lines: str) -> list[dict[str, Any]]:
    options = []
    for line in filter(str.strip, lines.splitlines()):
        value, *texts = (part.strip() for part in line.split("|"))
        labels = {tag: text for tag, text in zip(LANGUAGES, texts, strict=False) if text}
        options.append({"value": value, "labels": labels})
    return options


def _typed(question: Mapping[str, Any]) -> dict[str, str]:
    typed = filled({name: question[name] for name in ("kind", "labels", "hints")})
    typed["options"] = "\n".join(
        " | ".join([each["value"], *(each["labels"].get(tag, "") for tag in LANGUAGES)]).rstrip(
            " |"
        )
        for each in question["options"]
    )
    typed["counts_as"] = question.get("counts_as") or ""
    if question["is_required"]:
        typed["is_required"] = "on"
    if question["kind"] == "file":
        typed["most_megabytes"] = f"{question['most_bytes'] / MEGABYTE:.0f}"
        typed |= {f"accepts.{each}": "on" for each in question["accepts"]}
    condition = question.get("shown_if")
    if condition:
        typed["condition_key"] = condition["key"]
        typed["condition_values"] = ", ".join(condition["is_one_of"])
    return typed


def new_key(labels: Mapping[str, str], taken: set[str]) -> str:
    """A key of the English words, or a random one where there are none."""
    words = re.sub(r"[^a-z0-9]+", "_", labels.get("en", "").lower()).strip("_")[:LONGEST_KEY]
    key = words or f"q_{new_secret()[:6]}"
    while key in taken:
        key = f"{key[:LONGEST_KEY]}_{new_secret()[:4]}"
    return key


def _page(workshop: Workshop, form: Form, number: int | None, status: int) -> ResponseReturnValue:
    language = page_language()
    above = workshop.form if number is None else workshop.form[:number]
    page = render_template(
        "form_editor.html",
        workshop=workshop,
        host=organisation_names(current_session(), workshop.host_id),
        form=form,
        number=number,
        kinds=list(KIND_NAMES.items()),
        file_kinds=FILE_KINDS,
        kind_names=KIND_NAMES,
        balances=[
            ("", ""),
            ("gender", gettext("Gender, as people describe it themselves")),
            ("group", gettext("Disadvantaged group, as people declare it themselves")),
        ],
        conditions=[("", "")]
        + [
            (each["key"], label_of(each, language))
            for each in above
            if each["kind"] in (*WITH_OPTIONS, "checkbox")
        ],
    )
    return page, status


@blueprint.route("/<uuid:workshop_id>/form", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit(workshop_id: UUID) -> ResponseReturnValue:
    """The questions, and one of them to write: a new one, or `?question=N`."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    number = _number(workshop)
    if request.method == "GET":
        typed = _typed(workshop.form[number]) if number is not None else {"kind": "text"}
        return _page(workshop, Form(typed=typed), number, 200)
    form = read_form(QuestionForm())
    if form.is_good:
        questions = list(workshop.form)
        taken = {each["key"] for each in questions}
        if number is None:
            questions.append(question_of(form.values, new_key(form.values["labels"], taken)))
        else:
            questions[number] = question_of(form.values, questions[number]["key"])
        try:
            _keep(workshop, questions)
        except Failure as failure:
            _refuse(form, failure)
        else:
            say(gettext("Saved."))
            return redirect(url_for("form_editor.edit", workshop_id=workshop_id), 303)
    return _page(workshop, form, number, 422)


def _number(workshop: Workshop) -> int | None:
    wanted = request.args.get("question")
    if wanted is None:
        return None
    if not wanted.isdecimal() or int(wanted) >= len(workshop.form):
        raise NotFound(gettext("The form has no such question."))
    return int(wanted)


def _refuse(form: Form, failure: Failure) -> None:
    """Show the faults of the question beside the fields of this form."""
    form.refuse(failure)
    names = {
        "shown_if.key": "condition_key",
        "shown_if.is_one_of": "condition_values",
        "most_bytes": "most_megabytes",
    }
    for path in list(form.faults):
        match = re.fullmatch(r"registration\.form\.\d+\.(.+)", path)
        if match:
            form.faults[names.get(match[1], match[1])] = form.faults.pop(path)


def _keep(workshop: Workshop, questions: list[dict[str, Any]]) -> None:
    session = current_session()
    scheduling.lock_workshop(session, workshop)
    scheduling.change_workshop(
        session, workshop, {"form": questions}, actor=asker().name, now=now()
    )


@blueprint.post("/<uuid:workshop_id>/form/<int:number>/<any(up, down, remove):verb>")
@enter(ORGANIZER)
def arrange(workshop_id: UUID, number: int, verb: str) -> ResponseReturnValue:
    """Move a question, or take it off; answers to it stay."""
    workshop = get_organized(current_session(), workshop_id, asker())
    questions = list(workshop.form)
    if number >= len(questions):
        raise NotFound(gettext("The form has no such question."))
    taken = questions.pop(number)
    if verb != "remove":
        place = number - 1 if verb == "up" else number + 1
        questions.insert(max(place, 0), taken)
    try:
        _keep(workshop, questions)
    except Failure as failure:
        first = failure.faults[0].detail if failure.faults else failure.detail
        say_failure(type(failure)(first))
    return redirect(url_for("form_editor.edit", workshop_id=workshop_id), 303)

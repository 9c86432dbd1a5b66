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
from shared.web.forms import Form, filled, fingerprint, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure

blueprint = Blueprint("form_editor", __name__, url_prefix="/events/manage")
LONGEST_KEY: Final = 40
GONE: Final = "gone"
"""The version of a question that somebody has taken off meanwhile."""
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
    if values["kind"] not in (*WITH_OPTIONS, "checkbox"):
        # The form does not show it of another kind.
        plain["counts_as"] = None
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


def _page(workshop: Workshop, form: Form, key: str | None, status: int) -> ResponseReturnValue:
    language = page_language()
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
        conditions=[("", "")]
        + [
            (each["key"], label_of(each, language))
            for each in workshop.form[: _place_of(workshop, key)]
            if each["kind"] in (*WITH_OPTIONS, "checkbox")
        ],
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
            typed = _typed(workshop.form[_require_place(workshop, key)])
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
    made = question_of(form.values, key)
    if place is None:
        return [*questions, made]
    return [*questions[:place], made, *questions[place + 1 :]]


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

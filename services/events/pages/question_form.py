"""One question of a registration form as the editor's fields have it, and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.events.model.form import (
    BALANCES,
    FILE_KINDS,
    MOST_BYTES,
    QUESTION_KINDS,
    USUAL_BYTES,
    WITH_OPTIONS,
    Question,
    label_of,
)
from shared.foundation.failures import Invalid
from shared.foundation.languages import in_language
from shared.web.choice_rows import ChoiceRow, choices_in, typed_rows
from shared.web.fields import Count, Line, Rows, Texts
from shared.web.forms import filled
from shared.web.pages import page_language

MEGABYTE: Final = 1024 * 1024
MOST_OPTIONS: Final = 100
ANSWERED: Final = re.compile(r"(?:[0-9a-f]{2})+")
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
Answer = tuple[str, str]
"""A question's key, and one of its answers."""


class OptionRow(ChoiceRow):
    """One of several; its key is the value that answers keep."""

    key = Line(load_default="")


class QuestionForm(Schema):
    """One question as the form has it. after: the answers that lead to it, by `answer_name`."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(QUESTION_KINDS))
    labels = Texts(required=True)
    hints = Texts(load_default=dict)
    options = Rows(OptionRow)
    is_required = fields.Boolean(load_default=False)
    counts_as = fields.String(load_default=None, validate=validate.OneOf(BALANCES))
    accepts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(FILE_KINDS)), load_default=dict
    )
    most_megabytes = Count(1, MOST_BYTES // MEGABYTE, load_default=USUAL_BYTES // MEGABYTE)
    after = fields.Dict(keys=fields.String(), load_default=dict)


def answer_name(key: str, value: str) -> str:
    """A name for a question's answer that any form field can have."""
    return f"{key}\n{value}".encode().hex()


def answers_before(questions: Iterable[Question]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What another question can be asked after: label → (name, label) of each answer."""
    language, found = page_language(), []
    for each in questions:
        answers = (
            [("yes", gettext("Yes")), ("no", gettext("No"))] if each["kind"] == "checkbox" else []
        )
        if each["kind"] in WITH_OPTIONS:
            answers = [
                (one["value"], in_language(one["labels"], language) or one["value"])
                for one in each["options"]
            ]
        if answers:
            named = [(answer_name(each["key"], value), label) for value, label in answers]
            found.append((label_of(each, language), named))
    return found


def conditions_of(questions: Sequence[Question]) -> dict[str, str]:
    """Question → the answers that lead to it, in words."""
    words = {
        name: f"{label}: {answer}"
        for label, answers in answers_before(questions)
        for name, answer in answers
    }
    found = {}
    for each in questions:
        condition = each.get("shown_if")
        if condition:
            key, values = condition["key"], condition["is_one_of"]
            led = [words.get(answer_name(key, value), value) for value in values]
            found[each["key"]] = " / ".join(led)
    return found


def question_of(
    values: Mapping[str, Any], key: str, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The question that the form means. before: as it was. Raises Invalid."""
    plain = {name: values[name] for name in ("kind", "labels", "hints", "is_required", "counts_as")}
    if values["kind"] not in (*WITH_OPTIONS, "checkbox"):
        # The form does not show it of another kind.
        plain["counts_as"] = None
    if values["kind"] == "file":
        plain["most_bytes"] = values["most_megabytes"] * MEGABYTE
        plain["accepts"] = [each for each in FILE_KINDS if each in values["accepts"]]
        plain["accepts"] = plain["accepts"] or list(FILE_KINDS)
    options = _options(values["options"], before) if values["kind"] in WITH_OPTIONS else []
    return plain | {"key": key, "options": options, "shown_if": _condition(values["after"])}


def _options(
    rows: Mapping[int, Mapping[str, Any]], before: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    known = [_as_choice(each) for each in (before or {}).get("options", ())]
    return [
        {"value": each["key"], "labels": each["labels"]}
        for each in choices_in("options", rows, known, most=MOST_OPTIONS)
    ]


def _as_choice(option: Mapping[str, Any]) -> dict[str, Any]:
    """An option without words goes by its value."""
    return {"key": option["value"], "labels": option["labels"] or {"en": option["value"]}}


def _condition(names: Iterable[str]) -> dict[str, Any] | None:
    answers = [_answer(name) for name in names]
    if not answers:
        return None
    if len({key for key, _value in answers}) > 1:
        raise Invalid.at("/after", gettext("Tick answers to one question only."))
    return {"key": answers[0][0], "is_one_of": [value for _key, value in answers]}


def _answer(name: str) -> Answer:
    if not ANSWERED.fullmatch(name):
        raise Invalid.at("/after", gettext("Choose from the list."))
    key, _line, value = bytes.fromhex(name).decode(errors="replace").partition("\n")
    return key, value


def typed_question(question: Mapping[str, Any]) -> dict[str, str]:
    """The texts to show in the form for it."""
    typed = filled({name: question[name] for name in ("kind", "labels", "hints")})
    typed |= typed_rows("options", map(_as_choice, question["options"]))
    typed["counts_as"] = question.get("counts_as") or ""
    if question["is_required"]:
        typed["is_required"] = "on"
    if question["kind"] == "file":
        typed["most_megabytes"] = f"{question['most_bytes'] / MEGABYTE:.0f}"
        typed |= {f"accepts.{each}": "on" for each in question["accepts"]}
    condition = question.get("shown_if") or {"key": "", "is_one_of": ()}
    names = (answer_name(condition["key"], value) for value in condition["is_one_of"])
    return typed | {f"after.{name}": "on" for name in names}

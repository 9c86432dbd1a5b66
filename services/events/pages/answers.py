"""Answers to a form's questions, as a browser sends them and as fields show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.events.model.form import Question, asked_of, file_questions


def typed_answers(form: Sequence[Question], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as answers; of questions that the others don't lead to, nothing.

    typed: key → text; of several choices {option's number: "on"}; of a file its token or id, or
    {"remove": "on"}.
    """
    answers: dict[str, Any] = {}
    for question in form:
        value = typed.get(question["key"])
        if question["kind"] == "choices":
            ticked = value if isinstance(value, Mapping) else {}
            options = question["options"]
            value = [each["value"] for number, each in enumerate(options) if str(number) in ticked]
        elif question["kind"] == "checkbox":
            value = value is not None
        elif question["kind"] == "file" and isinstance(value, Mapping):
            value = None
        if value not in (None, [], False) or question["key"] in typed:
            answers[question["key"]] = value
    asked = {question["key"] for question in asked_of(form, answers)}
    return {key: value for key, value in answers.items() if key in asked}


def as_typed(form: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers as the fields `answers.KEY` show them; of a file its id, and its name beside."""
    typed: dict[str, str] = {}
    for question in form:
        path, value = f"answers.{question['key']}", answers.get(question["key"])
        if value is not None and value is not False:
            typed |= _typed(question, path, value)
    return typed


def _typed(question: Question, path: str, value: Any) -> dict[str, str]:
    if question["kind"] == "choices":
        options = enumerate(question["options"])
        return {f"{path}.{number}": "on" for number, each in options if each["value"] in value}
    if question["kind"] == "file":
        return {path: value["id"], f"{path}.name": value["filename"]}
    return {path: "on" if question["kind"] == "checkbox" else str(value)}


def names_of_files(
    form: Sequence[Question], answers: Mapping[str, Any], typed: Mapping[str, str]
) -> dict[str, str]:
    """As `as_typed`, the names of the files alone that the fields still mean."""
    own = as_typed(file_questions(form), answers)
    kept = {path for path, value in own.items() if typed.get(path) == value}
    return {f"{path}.name": own[f"{path}.name"] for path in kept}


def files_in(form: Sequence[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions that a file answers."""
    given = [each for each in file_questions(form) if each["key"] in answers]
    return [each for each in given if isinstance(answers[each["key"]], Mapping)]

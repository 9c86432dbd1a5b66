"""Answers to a form's questions, as a browser sends them and as fields show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.events.model.form import Question, asked_of


def typed_answers(form: Sequence[Question], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as answers; of questions that the others don't lead to, nothing.

    typed: key → text; of several choices {option's number: "on"}.
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
        if value not in (None, [], False) or question["key"] in typed:
            answers[question["key"]] = value
    asked = {question["key"] for question in asked_of(form, answers)}
    return {key: value for key, value in answers.items() if key in asked}


def as_typed(form: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers as the fields `answers.KEY` show them."""
    typed: dict[str, str] = {}
    for question in form:
        key, value = question["key"], answers.get(question["key"])
        if question["kind"] == "choices":
            for number, option in enumerate(question["options"]):
                if option["value"] in (value or []):
                    typed[f"answers.{key}.{number}"] = "on"
        elif question["kind"] == "checkbox":
            if value:
                typed[f"answers.{key}"] = "on"
        elif value is not None:
            typed[f"answers.{key}"] = str(value)
    return typed

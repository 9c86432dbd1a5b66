"""The registration form of a workshop: its questions, and every version that it had."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.files import TYPES
from shared.foundation.languages import Text, in_language

PLAIN_KINDS: Final = (
    *("text", "paragraph", "number", "date", "email", "url"),
    *("choice", "choices", "checkbox"),
)
QUESTION_KINDS: Final = (*PLAIN_KINDS, "file")
FILE_KINDS: Final = ("pdf", "jpeg", "png", "docx", "xlsx", "odt")
"""What a question for a file may accept: endings of `shared.files.TYPES`."""
MOST_BYTES: Final = 20 * 1024 * 1024
"""Of all files of one form."""
USUAL_BYTES: Final = 5 * 1024 * 1024
BALANCES: Final = ("gender", "group")
"""What a question may count for: self-described gender, self-declared disadvantaged group."""
WITH_OPTIONS: Final = ("choice", "choices")
Question = Mapping[str, Any]
"""key, kind, labels, hints, options [{value, labels}], is_required, shown_if {key, is_one_of},
counts_as of BALANCES: its answers are shown to nobody but their person, and counted;
of a file also accepts, of FILE_KINDS, and most_bytes."""


class FormVersion(Base):
    """A form as it was from `made_at` until the next version."""

    __tablename__ = "form_versions"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    questions: Mapped[list[Any]]
    made_at: Mapped[datetime]
    actor: Mapped[str]


def is_asked(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the question's condition is met by the other answers."""
    condition = question.get("shown_if")
    if not condition:
        return True
    given = answers.get(condition["key"])
    values = given if isinstance(given, list) else [given]
    return any(_as_text(value) in condition["is_one_of"] for value in values)


def asked_of(form: Iterable[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions that these answers lead to; of a question not asked, no answer counts."""
    asked: list[Question] = []
    counted: dict[str, Any] = {}
    for question in form:
        if is_asked(question, counted):
            asked.append(question)
            if question["key"] in answers:
                counted[question["key"]] = answers[question["key"]]
    return asked


def file_questions(form: Iterable[Question]) -> list[Question]:
    """Those that are answered by a file."""
    return [question for question in form if question["kind"] == "file"]


def file_types(question: Question) -> str:
    """What a browser offers to choose from, as the attribute `accept` has it."""
    return ",".join(dict.fromkeys(TYPES[each] for each in question["accepts"]))


def _as_text(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def label_of(question: Question, language: str) -> str:
    """The question in that language."""
    return in_language(question["labels"], language)


def shown_answer(question: Question, value: Any, language: str) -> str | int | float | bool | None:
    """An answer as its reader knows it: of a choice the option's words, of several all of them."""
    if isinstance(value, list):
        return "; ".join(_option(question, each, language) for each in value)
    if isinstance(value, str) and question["kind"] in WITH_OPTIONS:
        return _option(question, value, language)
    if isinstance(value, Mapping) and question["kind"] == "file":
        return str(value.get("filename", ""))
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _option(question: Question, value: Any, language: str) -> str:
    for option in question.get("options", ()):
        if option["value"] == value:
            labels: Text = option["labels"]
            return in_language(labels, language) or str(value)
    return str(value)


def counted(form: Iterable[Question]) -> list[Question]:
    """The questions of the balance."""
    return [question for question in form if question.get("counts_as")]


def without_counted(form: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as others than their person see them."""
    keys = {question["key"] for question in counted(form)}
    return {key: value for key, value in answers.items() if key not in keys}

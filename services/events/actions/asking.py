"""Registration forms: which may be asked, which answers fit, and answers that stay readable."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.model import FormVersion, Workshop
from services.events.model.form import (
    FILE_KINDS,
    MOST_BYTES,
    USUAL_BYTES,
    WITH_OPTIONS,
    Question,
    asked_of,
    file_questions,
)
from shared.foundation.failures import Fault, Invalid
from shared.foundation.sentences import said
from shared.foundation.sheets import as_is as _

LONGEST: Final = {"text": 1000, "paragraph": 20_000, "email": 254, "url": 2000}
AT: Final = "/registration/form"
FILE_RULES: Final = ("accepts", "most_bytes")


FileFinder = Callable[[Question, Any], dict[str, Any]]
"""Reads the answer of a question for a file. Raises ValueError with the sentence to show."""


def checked_form(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions as they are kept. Raises Invalid with a pointer to each that can't be asked."""
    asked = [_with_file_rules(question) for question in questions]
    faults: list[Fault] = []
    before: dict[str, Mapping[str, Any]] = {}
    for number, question in enumerate(asked):
        here = f"{AT}/{number}"
        if question["key"] in before:
            faults.append(Fault(f"{here}/key", "Another question has this key already."))
        faults += [Fault(here + path, said) for path, said in _faults_of(question, before)]
        before[question["key"]] = question
    files = file_questions(asked)
    if sum(each["most_bytes"] for each in files) > MOST_BYTES:
        said = _("All files of one form together may have 20 MB at most.")
        faults += [
            Fault(f"{AT}/{number}/most_bytes", said)
            for number, each in enumerate(asked)
            if each in files
        ]
    if faults:
        raise Invalid("Some questions can't be asked like this; see errors.", faults=faults)
    return asked


def _with_file_rules(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question for a file says what it takes."""
    rules = {"accepts": list(FILE_KINDS), "most_bytes": USUAL_BYTES}
    return (rules if question["kind"] == "file" else {}) | dict(question)


def _faults_of(
    question: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str]]:
    values = [option["value"] for option in question["options"]]
    faults = []
    if question["kind"] in WITH_OPTIONS and not values:
        faults.append(("/options", _("A choice needs options to choose from.")))
    if question["kind"] not in WITH_OPTIONS and values:
        faults.append(("/options", _("Only a choice has options.")))
    if question["kind"] != "file":
        why = _("Only a question for a file has this.")
        faults += [(f"/{name}", why) for name in FILE_RULES if name in question]
    if len(set(values)) < len(values):
        faults.append(("/options", _("Each option needs a value of its own.")))
    if question.get("counts_as") and question["kind"] not in (*WITH_OPTIONS, "checkbox"):
        faults.append(("/counts_as", _("Only a choice or a checkbox can be counted.")))
    condition = question.get("shown_if")
    if condition:
        faults += _faults_of_condition(condition, before.get(condition["key"]))
    return faults


def _faults_of_condition(
    condition: Mapping[str, Any], other: Mapping[str, Any] | None
) -> list[tuple[str, str]]:
    if other is None:
        return [
            ("/shown_if/key", _("A condition looks at a question further up; none has this key."))
        ]
    if other["kind"] == "checkbox":
        possible = {"yes", "no"}
    elif other["kind"] in WITH_OPTIONS:
        possible = {option["value"] for option in other["options"]}
    else:
        return [("/shown_if/key", _("A condition looks at a choice or a checkbox."))]
    unknown = [value for value in condition["is_one_of"] if value not in possible]
    if unknown:
        return [
            (
                "/shown_if/is_one_of",
                said("That question has no answer “%(answer)s”.", answer=unknown[0]),
            )
        ]
    return []


def keep_form(session: Session, workshop: Workshop, *, actor: str, now: datetime) -> None:
    """Keep the workshop's form as a new version.

    A key keeps its kind for ever. Raises Invalid where an earlier version had another.
    """
    versions = _versions(session, workshop)
    kinds = {each["key"]: each["kind"] for version in versions for each in version.questions}
    faults = [
        Fault(
            f"{AT}/{number}/kind",
            said(
                "It was of the kind “%(kind)s”; its answers must stay readable. Use another key.",
                kind=(kinds[question["key"]],),
            ),
        )
        for number, question in enumerate(workshop.form)
        if kinds.get(question["key"], question["kind"]) != question["kind"]
    ]
    if faults:
        raise Invalid("A question changed its kind; see errors.", faults=faults)
    session.add(
        FormVersion(
            workshop_id=workshop.id,
            number=versions[0].number + 1 if versions else 1,
            questions=workshop.form,
            made_at=now,
            actor=actor,
        )
    )


def _versions(session: Session, workshop: Workshop) -> list[FormVersion]:
    query = select(FormVersion).where(FormVersion.workshop_id == workshop.id)
    return list(session.scalars(query.order_by(FormVersion.number.desc())))


def questions_ever(session: Session, workshop: Workshop) -> list[dict[str, Any]]:
    """The questions of now in their order, then those of earlier versions, latest wording.

    A choice has all options that it ever had.
    """
    found: dict[str, dict[str, Any]] = {each["key"]: dict(each) for each in workshop.form}
    for version in _versions(session, workshop):
        for question in version.questions:
            known = found.setdefault(question["key"], dict(question))
            values = {option["value"] for option in known["options"]}
            gone = [option for option in question["options"] if option["value"] not in values]
            known["options"] = [*known["options"], *gone]
    return list(found.values())


def checked_answers(
    form: Sequence[Question],
    answers: Mapping[str, Any],
    *,
    at: str = "/answers",
    files: FileFinder | None = None,
) -> dict[str, Any]:
    """The answers as they are kept. Raises Invalid with a pointer to each that does not fit.

    files: None where no form asks for one. A form without questions keeps whatever a program
    sends along.
    """
    if not form:
        return dict(answers)
    faults: list[Fault] = []
    kept: dict[str, Any] = {}
    asked = asked_of(form, answers)
    keys = {question["key"] for question in asked}
    faults += [
        Fault(f"{at}/{key}", _why_not_asked(form, key)) for key in answers if key not in keys
    ]
    for question in asked:
        try:
            value = _answer(question, answers.get(question["key"]), files)
        except ValueError as error:
            faults.append(Fault(f"{at}/{question['key']}", str(error)))
            continue
        if value is not None:
            kept[question["key"]] = value
    if faults:
        raise Invalid("Some answers don't fit their questions; see errors.", faults=faults)
    return kept


def _why_not_asked(form: Sequence[Question], key: str) -> str:
    if any(question["key"] == key for question in form):
        return _("This question is asked only after another answer.")
    return _("The form has no such question.")


def _answer(question: Question, value: Any, files: FileFinder | None) -> Any:
    """The answer, None for none. Raises ValueError with the sentence to show."""
    is_empty = value is None or value in ("", []) or (value is False and question["is_required"])
    if is_empty:
        if question["is_required"]:
            raise ValueError(_("An answer is needed here."))
        return None
    if question["kind"] == "file":
        if files is None:
            raise ValueError(_("Files are not taken here."))
        return files(question, value)
    return READERS[question["kind"]](question, value)


def _text(question: Question, value: Any) -> str:
    longest = LONGEST[question["kind"]]
    if not isinstance(value, str) or len(value.strip()) > longest:
        raise ValueError(said("Write a text of up to %(longest)s characters.", longest=longest))
    text = value.strip()
    if question["kind"] != "paragraph" and not text.isprintable():
        raise ValueError(_("Use one line, without line breaks or control characters."))
    return text


def _email(question: Question, value: Any) -> str:
    try:
        found = validate_email(
            _text(question, value), check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise ValueError(_("This is not a mail address; write it as name@example.org.")) from error
    return found.normalized


def _url(question: Question, value: Any) -> str:
    text = _text(question, value)
    if not text.startswith(("http://", "https://")) or " " in text or "." not in text:
        raise ValueError(_("Write an address that starts with https://."))
    return text


def _number(__: Question, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(_("Write a number."))
    try:
        number = float(value)
    except ValueError as error:
        raise ValueError(_("Write a number.")) from error
    if abs(number) > 1e15 or number != number:  # noqa: PLR0124
        raise ValueError(_("Write a number."))
    return int(number) if number.is_integer() else number


def _date(__: Question, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise ValueError(_("Write a date as YYYY-MM-DD.")) from error


def _checkbox(__: Question, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_("Answer true or false."))
    return value


def _choice(question: Question, value: Any) -> str:
    values = [option["value"] for option in question["options"]]
    if value not in values:
        raise ValueError(said("Choose one of: %(values)s.", values=", ".join(values)))
    return str(value)


def _choices(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(_("Give a list of what is chosen."))
    return list(dict.fromkeys(_choice(question, each) for each in value))


READERS: Final[Mapping[str, Callable[[Question, Any], Any]]] = {
    "text": _text,
    "paragraph": _text,
    "email": _email,
    "url": _url,
    "number": _number,
    "date": _date,
    "checkbox": _checkbox,
    "choice": _choice,
    "choices": _choices,
}

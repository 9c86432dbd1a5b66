"""A custom field's values: from JSON or from a text, checked by the field's type and limits."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

import email_validator

from services.members.model import CustomField
from services.members.model.custom_field import CHOOSING
from shared.foundation.failures import Invalid
from shared.foundation.languages import ENGLISH, in_language
from shared.foundation.names import fold

LONGEST: Final[Mapping[str, int]] = {"text": 300, "long_text": 10_000, "url": 2000, "email": 320}
MOST_DIGITS: Final = 15
FIRST_YEAR, LAST_YEAR = 1900, 2200
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
UNSTORABLE: Final = re.compile(r"[\x00\ud800-\udfff]")
YES: Final = frozenset(("yes", "true", "y", "1", "是", "有", "对"))
NO: Final = frozenset(("no", "false", "n", "0", "否", "无", "没有"))

NOT_TEXT: Final = "Use a text."
TOO_LONG: Final = "Use %(most)s characters at most."
NOT_A_LINE: Final = "Use one line, without line breaks or control characters."
NOT_INTEGER: Final = "Use a whole number."
NOT_DECIMAL: Final = "Use a number of 15 digits at most, such as 12.5."
TOO_SMALL: Final = "Use %(least)s or more."
TOO_LARGE: Final = "Use %(most)s or less."
NOT_DAY: Final = "Write the day as 2026-12-31."
TOO_EARLY: Final = "Use %(earliest)s or a later day."
TOO_LATE: Final = "Use %(latest)s or an earlier day."
NOT_BOOLEAN: Final = "Use yes or no."
NOT_A_CHOICE: Final = "Choose of these: %(choices)s."
NOT_URL: Final = "Use a web address, such as https://www.example.org."
NOT_EMAIL: Final = "Use a mail address, such as office@example.org."
NEEDED: Final = "A value is needed here."
OF_FIELD: Final = "%(label)s:"
NO_FIELD: Final = "No such field to fill in here. There are: %(names)s."
TEMPLATES: Final = (
    *(NOT_TEXT, TOO_LONG, NOT_A_LINE, NOT_INTEGER, NOT_DECIMAL, TOO_SMALL, TOO_LARGE),
    *(NOT_DAY, TOO_EARLY, TOO_LATE, NOT_BOOLEAN, NOT_A_CHOICE, NOT_URL, NOT_EMAIL),
    *(NEEDED, OF_FIELD, NO_FIELD),
)


class BadValue(Invalid):
    """What was given can't be a value of the field. template, facts: a reason, in English."""

    default_code = "bad_value"

    def __init__(self, template: str, **facts: Any):
        super().__init__(template % facts)
        self.template, self.facts = template, facts


def _text(field: CustomField, given: Any) -> str:
    if not isinstance(given, str):
        raise BadValue(NOT_TEXT)
    text = given.strip()
    most = min(field.limits.get("longest") or LONGEST["long_text"], LONGEST[field.type])
    if len(text) > most:
        raise BadValue(TOO_LONG, most=most)
    if (UNSTORABLE if field.type == "long_text" else CONTROL).search(text):
        raise BadValue(NOT_A_LINE)
    if not text:
        raise BadValue(NEEDED)
    return text


def _integer(field: CustomField, given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or abs(given) >= 10**MOST_DIGITS:
        raise BadValue(NOT_INTEGER)
    _require_within(field, given)
    return given


def _decimal(field: CustomField, given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise BadValue(NOT_DECIMAL)
    try:
        found = Decimal(str(given).strip())
    except InvalidOperation as error:
        raise BadValue(NOT_DECIMAL) from error
    if not found.is_finite() or len(found.as_tuple().digits) > MOST_DIGITS:
        raise BadValue(NOT_DECIMAL)
    text = f"{found:f}" if abs(found.adjusted()) < MOST_DIGITS or not found else ""
    if not text or len(text) > 2 * MOST_DIGITS:
        raise BadValue(NOT_DECIMAL)
    _require_within(field, found)
    return text


def _require_within(field: CustomField, number: int | Decimal) -> None:
    least, most = field.limits.get("least"), field.limits.get("most")
    if least is not None and number < Decimal(str(least)):
        raise BadValue(TOO_SMALL, least=_plain(least))
    if most is not None and number > Decimal(str(most)):
        raise BadValue(TOO_LARGE, most=_plain(most))


def _plain(limit: float) -> str:
    """Without an empty fraction."""
    return str(int(limit)) if limit == int(limit) else str(limit)


def _date(field: CustomField, given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        raise BadValue(NOT_DAY)
    try:
        found = date.fromisoformat(given)
    except ValueError as error:
        raise BadValue(NOT_DAY) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadValue(NOT_DAY)
    earliest, latest = field.limits.get("earliest"), field.limits.get("latest")
    if earliest and given < earliest:
        raise BadValue(TOO_EARLY, earliest=earliest)
    if latest and given > latest:
        raise BadValue(TOO_LATE, latest=latest)
    return given


def _boolean(_: CustomField, given: Any) -> bool:
    if not isinstance(given, bool):
        raise BadValue(NOT_BOOLEAN)
    return given


def _choice(field: CustomField, given: Any) -> str:
    known = field.choice_labels
    if not isinstance(given, str) or given not in known:
        raise BadValue(NOT_A_CHOICE, choices=", ".join(known))
    return given


def _choices(field: CustomField, given: Any) -> list[str]:
    if not isinstance(given, list):
        raise BadValue(NOT_A_CHOICE, choices=", ".join(field.choice_labels))
    chosen = {_choice(field, each) for each in given}
    if not chosen:
        raise BadValue(NEEDED)
    return [key for key in field.choice_labels if key in chosen]


def _url(field: CustomField, given: Any) -> str:
    text = _text(field, given)
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or " " in text or not text.isprintable():
        raise BadValue(NOT_URL)
    return text


def _email(field: CustomField, given: Any) -> str:
    text = _text(field, given)
    try:
        return email_validator.validate_email(
            text, check_deliverability=False, allow_smtputf8=False
        ).normalized
    except email_validator.EmailNotValidError as error:
        raise BadValue(NOT_EMAIL) from error


READERS: Final[Mapping[str, Callable[[CustomField, Any], Any]]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
    "url": _url,
    "email": _email,
}


def read_value(field: CustomField, given: Any) -> Any:
    """The value of what a JSON body gives; None for null. Raises BadValue.

    A decimal is a text of its digits, a date YYYY-MM-DD, several choices their keys in order.
    """
    return None if given is None else READERS[field.type](field, given)


def read_text(field: CustomField, text: str) -> Any:
    """The value of a text, as forms and cells have it; None for an empty one. Raises BadValue.

    A choice goes by its key or one of its labels; several stand apart by ; or a comma.
    """
    text = text.strip()
    if not text:
        return None
    return read_value(field, _from_text(field, text))


def _from_text(field: CustomField, text: str) -> Any:
    if field.type == "integer":
        plain = re.sub(r"[,，\s]", "", text)
        return int(plain) if re.fullmatch(r"[+-]?[0-9]{1,18}", plain) else text
    if field.type == "decimal":
        return re.sub(r"[,，\s]", "", text)
    if field.type == "date":
        parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0:?00.*)?", text)
        return "-".join(each.zfill(2) for each in parts.groups()) if parts else text
    if field.type == "boolean":
        word = fold(text)
        return word in YES if word in YES | NO else text
    if field.type == "choice":
        return _key_of(field, text)
    if field.type == "choices":
        return [_key_of(field, part) for part in re.split(r"[;；,，、\n]", text) if part.strip()]
    return text


def _key_of(field: CustomField, text: str) -> str:
    """Raises BadValue with the choices as people read them, not by their keys."""
    wanted, known = fold(text), field.choice_labels
    for key, labels in known.items():
        if wanted in (fold(key), *map(fold, labels.values())):
            return key
    shown = (" / ".join(dict.fromkeys(labels.values())) or key for key, labels in known.items())
    raise BadValue(NOT_A_CHOICE, choices=", ".join(shown))


def text_of(value: Any) -> str:
    """The value as a text that `read_text` understands, such as for forms."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value)


def shown_value(field: CustomField, value: Any, language: str) -> Any:
    """The value for a reader: choices by their labels; the rest as it is."""
    if value is None or field.type not in CHOOSING:
        return value
    labels = field.choice_labels
    keys = value if isinstance(value, list) else [value]
    return ", ".join(in_language(labels.get(key), language) or key for key in keys)


def content_of(value: Any) -> list[Any]:
    """As it is kept."""
    return list(value) if isinstance(value, list) else [value]


def value_of(field: CustomField, content: list[Any]) -> Any:
    """Of what is kept."""
    return list(content) if field.type == "choices" else content[0]


def sought_of(field: CustomField, value: Any) -> tuple[str, float | None]:
    """As filters look for it: a folded text, and the number of what is one."""
    if field.type in ("integer", "decimal"):
        return str(value), float(value)
    if field.type == "choices":
        return "".join(f"\n{key}\n" for key in value), None
    text = text_of(value)
    return (fold(text) if field.type in ("text", "long_text") else text.casefold()), None


def label_of(field: CustomField) -> str:
    """Its label in English, or in what there is."""
    return in_language(field.labels, ENGLISH)

"""Fields that every service's schemas use: one line of text, instants, languages, addresses."""

import re
from datetime import UTC, date, datetime
from typing import Any, Final

import email_validator
import phonenumbers
import pycountry
from marshmallow import Schema, ValidationError, fields, validate

from shared.foundation.clock import rfc3339, time_zones
from shared.foundation.economies import economy_names, is_economy
from shared.foundation.languages import ENGLISH
from shared.foundation.names import unturned
from shared.foundation.sentences import said
from shared.web.bounds import Length, Range

LONGEST_LINE: Final = 300
LONGEST_TEXT: Final = 20_000
LARGEST_INTEGER: Final = 1_000_000
EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2200
# Without what Unicode calls control characters and separators of lines and paragraphs.
ONE_LINE: Final = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
# What nearly every address looks like; the library judges the others.
PLAIN_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*"
    r"@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!localhost|invalid|onion|arpa)[a-z]{2,12}"
)
LONGEST_PLAIN_ADDRESS: Final = 64
LANGUAGE_TAG: Final = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}"
# Who tries Plenary out has addresses in .example and .test (RFC 2606), a closed network its own in
# .local; that nobody can be written to at the others of RFC 6761 is known without asking.
email_validator.SPECIAL_USE_DOMAIN_NAMES = [
    name
    for name in email_validator.SPECIAL_USE_DOMAIN_NAMES
    if name.rpartition(".")[2] not in ("example", "test", "local")
]


def is_storable(value: Any) -> bool:
    """Whether every text in a JSON value is one that a database can keep."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, dict):
        return all(is_storable(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(map(is_storable, value))
    return True


class Whole(validate.Regexp):
    """The whole text matches; a plain Regexp's `$` lets a line break at the end pass."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self.error)
        return value


IS_ONE_LINE: Final = Whole(
    ONE_LINE, error="Use one line, without line breaks or control characters."
)


class Line(fields.String):
    """One line: trimmed, not empty, without line breaks or other control characters.

    Marks that turn the direction of writing are left out.
    """

    def __init__(self, *, longest: int = LONGEST_LINE, may_be_empty: bool = False, **rest: Any):
        length = Length(0 if may_be_empty else 1, longest)
        super().__init__(validate=[length, IS_ONE_LINE], **rest)

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, *rest, **options)
        return unturned(text).strip()


class Prose(fields.String):
    """Text of several lines, trimmed."""

    def __init__(self, *, longest: int = LONGEST_TEXT, **rest: Any):
        super().__init__(validate=Length(0, longest), **rest)

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, *rest, **options).strip()
        if "\x00" in text:
            raise ValidationError("A text may not hold a NUL.")
        return text


class Count(fields.Integer):
    """A whole number within bounds; digits in a text are one too, a fraction is not."""

    def __init__(self, lowest: int = 0, highest: int = LARGEST_INTEGER, **rest: Any):
        super().__init__(validate=Range(lowest, highest), **rest)

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> int:
        if isinstance(value, bool | float):
            raise ValidationError("Use a whole number.")
        return super()._deserialize(value, *rest, **options)


class Keyed(fields.Dict):
    """Values by keys; a fault stands at its key, as the body has it: `/titles/en`."""

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> dict[Any, Any]:
        try:
            return super()._deserialize(value, *rest, **options)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            if not isinstance(error.messages, dict):
                raise
            found = {
                key: each.get("value", each.get("key")) for key, each in error.messages.items()
            }
            raise ValidationError(found) from None


class Rows(Keyed):
    """The rows of a form by their numbers."""

    def __init__(self, row: type[Schema], *, most: int = 999, **rest: Any):
        numbers = fields.Integer(validate=Range(0, most))
        rest.setdefault("load_default", dict)
        super().__init__(keys=numbers, values=fields.Nested(row), **rest)


class Moment(fields.AwareDateTime):
    """An instant: RFC 3339 with an offset; UTC inside and in answers."""

    def __init__(self, **rest: Any):
        super().__init__(format="iso", **rest)

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> datetime:
        try:
            found: datetime = super()._deserialize(value, *rest, **options)
            in_utc = found.astimezone(UTC)
        except (OverflowError, ValueError) as error:
            raise ValidationError(
                "Use RFC 3339 with an offset: 2026-09-05T09:00:00+08:00."
            ) from error
        if not EARLIEST_YEAR <= in_utc.year <= LATEST_YEAR:
            raise ValidationError(
                said(
                    "Use a year from %(first)s to %(last)s.", first=EARLIEST_YEAR, last=LATEST_YEAR
                )
            )
        return in_utc

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else rfc3339(value)


class Texts(Keyed):
    """Text in several languages: `{"en": "…", "zh-Hant": "…"}` (BCP 47 tags), any of them."""

    def __init__(self, *, longest: int = LONGEST_LINE, is_prose: bool = False, **rest: Any):
        inner = Prose(longest=longest) if is_prose else Line(longest=longest)
        super().__init__(
            keys=fields.String(validate=Whole(f"^{LANGUAGE_TAG}$", error="Use a BCP 47 tag.")),
            values=inner,
            **rest,
        )

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> dict[str, str]:
        found: dict[str, str] = super()._deserialize(value, *rest, **options)
        if self.required and not any(found.values()):
            raise ValidationError("Write it in one language at least.")
        return found


class TextsOut(fields.Dict):
    """Text in several languages in an answer: as it is kept, whatever bounds held then."""

    def __init__(self, **rest: Any):
        super().__init__(keys=fields.String(), values=fields.String(), **rest)


class Email(fields.String):
    """A mail address: checked by its form, the domain in lower case."""

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, *rest, **options)
        if PLAIN_ADDRESS.fullmatch(text) and len(text) <= LONGEST_PLAIN_ADDRESS:
            name, _, domain = text.rpartition("@")
            return f"{name}@{domain.lower()}"
        try:
            found = email_validator.validate_email(
                text.strip(), check_deliverability=False, allow_smtputf8=False
            )
        except email_validator.EmailNotValidError as error:
            raise ValidationError(
                "This is not a mail address; write it as name@example.org."
            ) from error
        return found.normalized


class Phone(fields.String):
    """A telephone number with its prefix: +886 3 582 0100; kept as E.164."""

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, *rest, **options)
        try:
            found = phonenumbers.parse(text, None)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(
                "Write the number with its prefix, as +886 3 582 0100."
            ) from error
        if not phonenumbers.is_possible_number(found):
            raise ValidationError("This is not a telephone number.")
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


class Web(fields.Url):
    """An http or https address."""

    def __init__(self, **rest: Any):
        super().__init__(schemes={"http", "https"}, require_tld=False, **rest)


class Economy(fields.String):
    """An economy's code in a request; answers use EconomyOut."""

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> str:
        code: str = super()._deserialize(value, *rest, **options).upper()
        if not is_economy(code):
            raise ValidationError("Use a two-letter economy code of ISO 3166-1, such as TW.")
        return code


class Day(fields.Date):
    """A date: 2023-06-19."""

    def __init__(self, **rest: Any):
        bounds = Range(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))
        super().__init__(format="iso", validate=bounds, **rest)


class Currency(fields.String):
    """A currency's code of ISO 4217."""

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> str:
        code: str = super()._deserialize(value, *rest, **options).upper()
        if pycountry.currencies.get(alpha_3=code) is None:
            raise ValidationError("Use a currency's code of ISO 4217, such as USD.")
        return code


class TimeZone(fields.String):
    """An IANA time zone."""

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, *rest, **options)
        if text not in time_zones():
            raise ValidationError("Use an IANA time zone, such as Asia/Taipei.")
        return text


class ClockTime(fields.String):
    """A local time: 22:00."""

    def __init__(self, **rest: Any):
        pattern = Whole(r"([01]\d|2[0-3]):[0-5]\d", error="Use a time of 24 hours, such as 22:00.")
        super().__init__(validate=pattern, **rest)


class LanguageTag(fields.String):
    """A BCP 47 tag, such as en or zh-Hant."""

    def __init__(self, **rest: Any):
        pattern = Whole(f"^{LANGUAGE_TAG}$", error="Use a BCP 47 tag, such as zh-Hant.")
        super().__init__(validate=pattern, **rest)


class EconomySchema(Schema):
    """An economy in an answer."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class EconomyOut(fields.Nested):
    """An economy in an answer, of its code: the code and APEC's name."""

    def __init__(self, **rest: Any):
        super().__init__(EconomySchema, **rest)

    def get_value(self, *which: Any, **options: Any) -> Any:
        """The code at that place of the object, with its name."""
        code = super().get_value(*which, **options)
        return {"code": code, "name": economy_names(code)[ENGLISH]} if code else None

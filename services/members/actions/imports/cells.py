"""A cell's text as the value of a field, by the rules that the API's fields have."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import email_validator
import phonenumbers
import pycountry

from services.members.actions.imports import reasons
from services.members.model.tax_numbers import TAX_NUMBER, is_tax_number
from shared.foundation.economies import APEC, is_economy
from shared.foundation.failures import Invalid
from shared.foundation.languages import nearest_language
from shared.foundation.names import fold, unturned

MOST_STAFF: Final = 100_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
REPUBLIC_BEGAN: Final = 1911
"""Year 1 of the calendar that Chinese Taipei's offices count by is the next one."""
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
PLAIN_LOCAL: Final = re.compile(r"[A-Za-z0-9_%+\-]+(?:\.[A-Za-z0-9_%+\-]+)*")
PLAIN_PHONE: Final = re.compile(r"\+?[\d \-().]+")
TAX_WEIGHTS: Final = (1, 2, 1, 2, 1, 2, 4, 1)
_WEIGHED: Final = tuple(
    {str(d): (d * weight) // 10 + (d * weight) % 10 for d in range(10)} for weight in TAX_WEIGHTS
)
PLAIN_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9]|-(?!-)){0,60}(?<!-)\.)+[a-z]{2,20}")
DAY: Final = re.compile(r"(\d{2,4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")
LANGUAGES: Final = dict.fromkeys(("english", "英文", "英语"), "en") | dict.fromkeys(
    ("chinese", "traditional chinese", "中文", "繁体中文", "正体中文", "繁中", "国语", "华语"),
    "zh-Hant",
)
OTHER_NAMES: Final = {"taiwan": "TW", "台湾": "TW", "usa": "US", "美国": "US", "korea": "KR"}


OWN_SCHEME: Final = re.compile(r"(?=.*[a-z])[a-z0-9][a-z0-9._-]{0,39}")
"""As a scheme of identifiers is kept: see model.identifier_schemes."""


class BadCell(Invalid):
    """The text can't be a value of its field. template, facts: a reason."""

    default_code = "bad_cell"

    def __init__(self, template: str, **facts: Any):
        super().__init__(template % facts)
        self.template, self.facts = template, facts


def line(text: str, field: str, longest: int) -> str:
    """One line: line breaks of a cell are blanks."""
    found = " ".join(unturned(text).split())
    if CONTROL.search(found):
        raise BadCell(reasons.NOT_A_LINE, field=field)
    if len(found) > longest:
        raise BadCell(reasons.TOO_LONG, field=field, most=longest)
    return found


def tax_number(text: str) -> str | None:
    """Eight digits. A spreadsheet drops zeros at the beginning; they come back.

    Identifiers as our own files write them (“tw-ubn 65765014; lei …”): the tax number among
    them, or None.
    """
    written = _identifiers(text)
    if written is not None:
        if TAX_NUMBER not in written:
            return None
        text = written[TAX_NUMBER]
    digits = re.sub(r"[\s\-]", "", text)
    digits = digits.zfill(8) if digits.isascii() and digits.isdigit() else digits
    if not _is_surely_tax_number(digits) and not is_tax_number(digits):
        raise BadCell(reasons.BAD_TAX_NUMBER, text=text[:40])
    return digits


def _identifiers(text: str) -> dict[str, str] | None:
    """scheme → value, where every part of the text says its scheme as it is kept; else None."""
    parts = [each.strip().partition(" ") for each in text.split(";")]
    found = {scheme: value.strip() for scheme, _, value in parts}
    if not all(OWN_SCHEME.fullmatch(scheme) and value for scheme, value in found.items()):
        return None
    # A tax number by a name of the writer's own, such as “ubn”, must not go unread.
    is_told = TAX_NUMBER in found or not any(map(is_tax_number, found.values()))
    return found if is_told else None


def _is_surely_tax_number(digits: str) -> bool:
    """The check of `is_tax_number` without its slow part, for most of the good ones."""
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return False
    return sum(map(dict.__getitem__, _WEIGHED, digits)) % 10 == 0


@cache
def _economies() -> Mapping[str, str]:
    names = {fold(name): code for code, texts in APEC.items() for name in texts.values()}
    for found in pycountry.countries:
        names.setdefault(fold(found.name), found.alpha_2)
        names.setdefault(fold(found.alpha_3), found.alpha_2)
    return names | OTHER_NAMES


def economy(text: str) -> str:
    """A code, or an economy's name in English or Chinese."""
    code = text.upper()
    if len(code) == 2 and is_economy(code):
        return code
    found = _economies().get(fold(text))
    if found is None:
        raise BadCell(reasons.BAD_ECONOMY, text=text[:40])
    return found


def count(text: str) -> int:
    """A number of people: 1,200 and 1200人 are ones."""
    digits = re.sub(r"[,，\s]|人$", "", text)
    if not digits.isascii() or not digits.isdigit() or int(digits[:20]) > MOST_STAFF:
        raise BadCell(reasons.BAD_COUNT, text=text[:40])
    return int(digits)


@lru_cache(maxsize=20_000)
def _domain(domain: str) -> str | None:
    """The domain in its normal form, if mail can be addressed to it."""
    plain = domain.lower()
    if len(plain) < 200 and PLAIN_DOMAIN.fullmatch(plain) and not _is_special(plain):
        return plain
    try:
        return email_validator.validate_email(
            f"a@{domain}", check_deliverability=False, allow_smtputf8=False
        ).domain
    except email_validator.EmailNotValidError:
        return None


def _is_special(domain: str) -> bool:
    """Whether it is one, or below one, that the library knows better (RFC 6761)."""
    special = email_validator.SPECIAL_USE_DOMAIN_NAMES
    return any(domain == each or domain.endswith(f".{each}") for each in special)


def email(text: str) -> str:
    """A mail address, its domain in lower case."""
    local, _, rest = text.rpartition("@")
    if len(local) <= 64 and len(text) <= 250 and PLAIN_LOCAL.fullmatch(local):
        found = _domain(rest)
        if found is not None:
            return f"{local}@{found}"
    try:
        return email_validator.validate_email(
            text, check_deliverability=False, allow_smtputf8=False
        ).normalized
    except email_validator.EmailNotValidError as error:
        raise BadCell(reasons.BAD_EMAIL, text=text[:60]) from error


def phone(text: str, region: str | None) -> str:
    """E.164. region: whose numbers may lack their prefix."""
    quick = _plain_phone(text, region)
    if quick is not None:
        return quick
    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise BadCell(reasons.BAD_PHONE, text=text[:40]) from error
    if not phonenumbers.is_possible_number(found):
        raise BadCell(reasons.BAD_PHONE, text=text[:40])
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


@cache
def _lengths(region: str) -> tuple[str, str | None, frozenset[int]] | None:
    """Prefix abroad, prefix at home, and lengths, where a number is just these digits."""
    known = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if known is None or known.general_desc is None or known.national_prefix_transform_rule:
        return None
    if known.national_prefix_for_parsing not in (None, known.national_prefix):
        return None
    lengths = frozenset(known.general_desc.possible_length)
    return str(known.country_code), known.national_prefix, lengths


def _plain_phone(text: str, region: str | None) -> str | None:
    """What phonenumbers answers for an ordinary number of the region, in a tenth of the time."""
    known = _lengths(region) if region and PLAIN_PHONE.fullmatch(text) else None
    if known is None:
        return None
    abroad, at_home, lengths = known
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        if not digits.startswith(abroad):
            return None
        digits = digits.removeprefix(abroad)
    elif at_home and digits.startswith(at_home):
        digits = digits.removeprefix(at_home)
    else:
        return None
    is_plain = not (at_home and digits.startswith(at_home)) and len(digits) in lengths
    return f"+{abroad}{digits}" if is_plain else None


def url(text: str) -> str:
    """An http or https address; www.… is one too."""
    found = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(found)
        host = parts.hostname or ""
    except ValueError as error:
        raise BadCell(reasons.BAD_URL, text=text[:60]) from error
    is_web = parts.scheme in ("http", "https") and re.fullmatch(r"[\w.\-]+\.[\w\-]+", host)
    if not is_web or not found.isprintable() or " " in found or len(found) > 2000:
        raise BadCell(reasons.BAD_URL, text=text[:60])
    return found


def locale(text: str) -> str:
    """A language of ours, by tag or name."""
    known = LANGUAGES.get(fold(text))
    if known is None and not LANGUAGE.fullmatch(text):
        raise BadCell(reasons.BAD_LANGUAGE, text=text[:40])
    return known or nearest_language(text)


def day(text: str) -> date:
    """A day, year first; a year below 200 is counted from 1912."""
    found = DAY.fullmatch(text.partition(" ")[0])
    try:
        if found is None:
            raise ValueError(text)
        year, month, number = map(int, found.groups())
        made = date(year + REPUBLIC_BEGAN if year < 200 else year, month, number)
    except ValueError as error:
        raise BadCell(reasons.BAD_DAY, text=text[:40]) from error
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        raise BadCell(reasons.BAD_DAY, text=text[:40])
    return made


READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "tax_number": tax_number,
    "economy": economy,
    "staff_count": count,
    "email": email,
    "url": url,
    "locale": locale,
}
"""Fields whose value depends on the text alone."""
LENGTHS: Final[Mapping[str, int]] = {
    "name": 300,
    "name.en": 300,
    "name.zh-Hant": 300,
    "native_name": 200,
    "romanised_name": 200,
    "family_name": 100,
    "given_name": 100,
    "sector": 200,
    "title": 300,
    "gender": 60,
    "address": 1000,
    "capability": 300,
}
"""Fields of one line → how many characters it may have."""

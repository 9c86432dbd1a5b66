"""Organisations' own words: which kinds of mails have them, and how they are filled in.

Markdown with variables, as announcements are. A paragraph all of whose variables are empty is left
out, so that a reason is told only where there is one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from services.notifications.actions.built_in import source_of
from services.notifications.actions.lettering import (
    VARIABLE,
    Filled,
    fill,
    letter_of,
    require_good_letter,
)
from shared.foundation.failures import Fault, Invalid
from shared.foundation.languages import ENGLISH, LANGUAGES, nearest_language

Texts = Mapping[str, Mapping[str, str]]
"""language → subject, button and body."""
PARTS: Final = ("subject", "button", "body")
CONDITION: Final = re.compile(r"\{% if \w+ %\}(.*?)\{% endif %\}", re.DOTALL)
NAME: Final = re.compile(r"\{\{ (\w+) \}\}")
OF_WORKSHOPS: Final = ("name", "title", "host")
OF_MEMBERSHIPS: Final = ("name", "organisation", "host")
WORKSHOP_KINDS: Final = (
    *("nomination_submitted", "nomination_declined"),
    *("nomination_withdrawn", "nomination_lapsed"),
    *("registration_confirmed", "registration_pending", "registration_waiting"),
    *("registration_rejected", "registration_cancelled", "seat_offered", "offer_expired"),
    *("reminder_start", "reminder_confirm", "seats_unused", "undeliverable"),
    *("head_left", "head_named", "head_replaced"),
    *("alternate_called_up", "group_registered", "group_seats_offered"),
    *("workshop_changed", "workshop_postponed", "workshop_rescheduled", "workshop_cancelled"),
)
MEMBERSHIP_KINDS: Final = (
    *("membership_submitted", "membership_returned", "membership_approved"),
    *("membership_rejected", "membership_suspended", "membership_reinstated"),
    *("membership_resigned", "membership_expelled", "membership_renewed"),
    *("membership_ending", "membership_in_grace", "membership_lapsed"),
)
EDITABLE: Final = (*WORKSHOP_KINDS, *MEMBERSHIP_KINDS)
"""Those that are sent in the name of an organisation."""


@cache
def built_in(kind: str) -> Texts:
    """Version 1: the built-in words, a paragraph of its own for what is not always told."""
    return {language: _as_written(kind, language) for language in LANGUAGES}


def _as_written(kind: str, language: str) -> dict[str, str]:
    source = source_of(kind, language)
    body = CONDITION.sub(lambda found: f"\n\n{found[1].strip()}", source.paragraphs)
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", body))
    return {
        "subject": source.subject,
        "button": source.button,
        "body": "\n\n".join(part for part in paragraphs if part),
    }


@cache
def variables_of(kind: str) -> tuple[str, ...]:
    """What a text of this kind can name."""
    always = OF_WORKSHOPS if kind in WORKSHOP_KINDS else OF_MEMBERSHIPS
    named = {
        name
        for language in LANGUAGES
        for part in built_in(kind)[language].values()
        for name in NAME.findall(part)
    }
    return (*always, *sorted(named - {*always}))


def require_good_texts(kind: str, texts: Texts) -> None:
    """Raise Invalid, with a pointer for each fault, for what can't be filled in."""
    faults: list[Fault] = []
    for language, text in texts.items():
        for first, second in (("subject", "body"), ("button", "")):
            try:
                require_good_letter(
                    {language: text[first]},
                    {language: text[second] if second else ""},
                    variables=variables_of(kind),
                )
            except Invalid as refused:
                faults += [_moved(fault, first) for fault in refused.faults]
    if faults:
        raise Invalid(faults[0].detail, code="bad_text", faults=faults)


def _moved(fault: Fault, first: str) -> Fault:
    """`/subject/en` → `/texts/en/subject`."""
    _, part, language = fault.pointer.split("/")
    part = first if part == "subject" else part
    return Fault(f"/texts/{language}/{part}", fault.detail)


@lru_cache(maxsize=512)
def fault_in(kind: str, subject: str, button: str, body: str) -> str:
    """Why the words of one language can't be used; empty where they can."""
    try:
        require_good_texts(kind, {ENGLISH: {"subject": subject, "button": button, "body": body}})
    except Invalid as refused:
        return refused.detail
    return ""


def text_for(texts: Texts, locale: str) -> tuple[str, Mapping[str, str]]:
    """The language to read it in, and its words: one's own, the nearest of ours, English."""
    wanted = (locale, nearest_language(locale), ENGLISH)
    language = next((tag for tag in wanted if tag in texts), next(iter(texts)))
    return language, texts[language]


@lru_cache(maxsize=256)
def _paragraphs(body: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each with the variables that it names."""
    parts = re.split(r"\n\s*\n", body)
    return tuple((part, tuple(VARIABLE.findall(part))) for part in parts)


@dataclass(frozen=True)
class OwnWords:
    """As one person reads it."""

    letter: Filled
    button: str


def fill_in(text: Mapping[str, str], values: Mapping[str, object]) -> OwnWords:
    """Put the values in; what is compiled is kept for the next reader."""
    plain = {name: "" if value is None else str(value) for name, value in values.items()}
    told = (
        part
        for part, names in _paragraphs(text["body"])
        if not names or any(plain.get(name) for name in names)
    )
    letter = fill(letter_of(text["subject"], "\n\n".join(told)), plain)
    return OwnWords(letter, fill(letter_of(text["button"], ""), plain).subject)

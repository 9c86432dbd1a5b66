"""The text of an announcement: Markdown by language, with declared variables.

A variable is a name between double braces, replaced by its value; nothing is ever evaluated.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final

from services.notifications.actions.plain_letters import plain_of
from shared.foundation.failures import Fault, Invalid
from shared.foundation.languages import ENGLISH, Text, in_language, nearest_language

VARIABLE: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
FOR_ALL: Final = ("person.name", "organisation.name")
FOR_ROSTERS: Final = ("workshop.title", "workshop.starts_at", "workshop.place")
TAGS: Final = frozenset(
    [
        *("p", "br", "strong", "em", "a", "ul", "ol", "li", "h1", "h2", "h3", "h4", "hr"),
        *("blockquote", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"),
    ]
)
"""No pictures: a mail that fetches one tells when it was read."""
SCHEMES: Final = frozenset(["http", "https", "mailto"])
BARE: Final = re.compile(
    r"""(?<![\w<\[`"'=/])(?<!\]\()https?://[^\s<>{}`，。、；：！？）」』】]+"""
)
"""An address as people paste it; in a link or in code it stands behind one of these signs."""
ENDS_OF_SENTENCE: Final = ".,;:!?)*_'\""
BRACES_IN_LINK: Final = "%7B%7B"


@dataclass(frozen=True)
class Letter:
    """One language of an announcement, in pieces: text, variable, text, variable …"""

    subject: tuple[str, ...]
    text: tuple[str, ...]
    html: tuple[str, ...]


@lru_cache(maxsize=256)
def letter_of(subject: str, body: str) -> Letter:
    """Compiled once for all who read it."""
    # Six megabytes that a process without announcements does without.
    import nh3  # noqa: PLC0415
    from markdown_it import MarkdownIt  # noqa: PLC0415

    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    tokens = markdown.parse(BARE.sub(_as_link, body))
    html = nh3.clean(
        markdown.renderer.render(tokens, markdown.options, {}),
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
    )
    parts = (subject, plain_of(tokens), html)
    return Letter(*(tuple(VARIABLE.split(each)) for each in parts))


def _as_link(found: re.Match[str]) -> str:
    """As Markdown has a bare address; one that a variable goes on from stays text."""
    if found.string.startswith("{{", found.end()):
        return found[0]
    address = found[0].rstrip(ENDS_OF_SENTENCE)
    if "(" in address:
        address = found[0].rstrip(ENDS_OF_SENTENCE.replace(")", ""))
    return f"<{address}>{found[0][len(address) :]}"


@dataclass(frozen=True)
class Filled:
    """A letter as one person reads it."""

    subject: str
    text: str
    html: str


def fill(letter: Letter, values: Mapping[str, str]) -> Filled:
    """Put the values in; in HTML they are text. values: variable → what it stands for."""
    safe = {name: escape(value) for name, value in values.items()}
    return Filled(
        subject=" ".join(_filled(letter.subject, values).split()),
        text=_filled(letter.text, values),
        html=_filled(letter.html, safe),
    )


def _filled(pieces: tuple[str, ...], values: Mapping[str, str]) -> str:
    put_in = (values.get(piece, "") for piece in pieces[1::2])
    return "".join(piece for pair in zip(pieces[::2], (*put_in, ""), strict=True) for piece in pair)


def language_for(texts: Text, locale: str) -> str:
    """The language to read it in: one's own, the nearest of ours, English, or any."""
    wanted = (locale, nearest_language(locale), ENGLISH)
    return next((tag for tag in wanted if texts.get(tag)), next(iter(texts), ENGLISH))


def letter_in(subject: Text, body: Text, locale: str) -> Letter:
    """The letter in the language for that locale."""
    language = language_for(body, locale)
    return letter_of(in_language(subject, language), in_language(body, language))


def require_good_letter(subject: Text, body: Text, *, variables: tuple[str, ...]) -> None:
    """Raise Invalid, with a pointer for each fault: unknown variables, and those in a link."""
    faults = [
        Fault(f"/{part}/{tag}", detail)
        for part, texts in (("subject", subject), ("body", body))
        for tag, text in texts.items()
        for detail in _faults_in(text, variables)
    ]
    for tag, text in body.items():
        if BRACES_IN_LINK in "".join(letter_of("", text).html):
            detail = "A variable can't be part of a link; write the address out."
            faults.append(Fault(f"/body/{tag}", detail))
    if faults:
        raise Invalid(faults[0].detail, code="bad_text", faults=faults)


def _faults_in(text: str, variables: tuple[str, ...]) -> Iterator[str]:
    known = ", ".join(variables)
    for name in dict.fromkeys(VARIABLE.findall(text)):
        if name not in variables:
            yield f"“{name[:60]}” is no variable here; there are: {known}."
    rest = VARIABLE.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield "A variable is written {{ person.name }}: two braces on each side."

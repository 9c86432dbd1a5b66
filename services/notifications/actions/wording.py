"""The words of each kind of notification, by language: subject, paragraphs, button.

Kept in mails/LANGUAGE.txt; compiled once a process. A text can reach its facts and nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import mrml
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifications.actions.built_in import MAILS, sources
from services.notifications.actions.fixed_words import FIXED
from services.notifications.actions.lettering import Filled, fill, letter_in
from services.notifications.actions.own_words import fill_in, text_for
from shared.foundation.languages import LANGUAGES, in_language, nearest_language

PLAIN: Final = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True)
HTML: Final = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
FORMATS: Final = {"en": "EEEE, d MMMM y, HH:mm", "zh-Hant": "y年M月d日 EEEE HH:mm"}
BODY: Final = (
    "{{ letter|safe }}{% for each in paragraphs %}"
    '<p style="margin:0 0 14px">{{ each }}</p>{% endfor %}'
    '{% if rows %}<table role="presentation" style="border-collapse:collapse">'
    "{% for label, value in rows %}"
    '<tr><td class="soft" style="padding:2px 14px 2px 0;color:#4a5b56;vertical-align:top;'
    'white-space:nowrap">{{ label }}</td>'
    "<td>{{ value }}</td></tr>{% endfor %}</table>{% endif %}"
)
COLONS: Final = {"en": ": ", "zh-Hant": "："}
BRAND: Final = "Plenary"
BETWEEN: Final = "\0"
"""What no fact contains: PostgreSQL keeps no such letter, and no door lets one in."""
TWO_STOPS: Final = re.compile(r"(?<=\w)\.\.(?=\s|\0|\Z)")
"""What becomes of a name such as “Acme Ltd.” at the end of a sentence."""
MONEY: Final = "¤¤ #,##0.00"


@dataclass(frozen=True)
class Words:
    """What a reader sees. rows: label → value, such as when and where.

    teller: the organisation in whose name it is told; "" for Plenary itself. is_news: of what goes
    to an organisation's people, and not to those who take part in something.
    """

    language: str
    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    button: str
    link: str
    preferences: str = ""
    letter: Filled | None = None
    teller: str = ""
    is_news: bool = False

    @property
    def footer(self) -> str:
        """Why its reader has it."""
        fixed = FIXED[self.language]
        if self.is_news and self.teller:
            return fixed["news_footer"].format(teller=self.teller)
        return fixed["footer"]

    @property
    def text(self) -> str:
        """All of it as plain text."""
        fixed, colon = FIXED[self.language], COLONS[self.language]
        rows = "\n".join(f"{label}{colon}{value}" for label, value in self.rows)
        parts = [
            *((self.letter.text,) if self.letter else self.paragraphs),
            rows,
            f"{self.button}{colon.rstrip()}\n{self.link}" if self.button else "",
            f"-- \n{self.footer}\n{fixed['preferences']}{colon}{self.preferences}",
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    @property
    def html(self) -> str:
        """All of it as a page of its own, without remote images."""
        fixed = FIXED[self.language]
        return _layout().render(
            brand=self.teller or BRAND,
            language=self.language,
            subject=self.subject,
            letter=self.letter.html if self.letter else "",
            paragraphs=() if self.letter else self.paragraphs,
            rows=self.rows,
            button=self.button,
            link=self.link,
            link_hint=fixed["link_hint"],
            footer=self.footer,
            preferences=self.preferences,
            preferences_label=fixed["preferences"],
        )


@cache
def _sections(language: str) -> Mapping[str, Template]:
    """Kind → its subject, button and paragraphs, rendered as one: each rendering has its price."""
    return {
        kind: PLAIN.from_string(BETWEEN.join((each.subject, each.button, each.paragraphs)))
        for kind, each in sources(language).items()
    }


@cache
def _layout() -> Template:
    made = mrml.to_html((MAILS / "layout.mjml").read_text(encoding="utf-8"))
    page = made.content.replace('lang="und"', 'lang="{{ language }}"')
    return HTML.from_string(page.replace("{{ body }}", BODY))


def kinds() -> set[str]:
    """The kinds that have words, in every language of ours."""
    found = [set(_sections(language)) for language in LANGUAGES]
    return set.intersection(*found)


@lru_cache(maxsize=512)
def local_moment(value: datetime, language: str, zone: str) -> str:
    """An instant as that language writes it, by the clocks of the zone."""
    shown = format_datetime(
        value.astimezone(ZoneInfo(zone)), FORMATS[language], locale=language.replace("-", "_")
    )
    return f"{shown} ({zone.replace('_', ' ')})"


def _day(value: str, language: str) -> str:
    """A date of ISO 8601 as that language writes it."""
    day = date.fromisoformat(value)
    return format_date(day, "long", locale=language.replace("-", "_"))


def _amount(amount: Mapping[str, Any] | None, language: str) -> str:
    """Money as that language writes it; "" for none."""
    if amount is None:
        return ""
    whole = Decimal(amount["amount_cents"]) / 100
    locale = language.replace("-", "_")
    return format_currency(whole, amount["currency"], format=MONEY, locale=locale)


def _local(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The facts in one language: texts chosen, roles and fields named, instants written."""
    fixed, zone = FIXED[language], facts.get("time_zone") or "UTC"
    local: dict[str, Any] = {
        "name": facts.get("name", ""),
        "place": facts.get("place"),
        "reason": facts.get("reason", ""),
        "lost": facts.get("lost", ""),
        "called_up": facts.get("called_up", ""),
        "instead_of": facts.get("instead_of", ""),
        "head": facts.get("head", ""),
        "seats": facts.get("seats", ""),
        "left": facts.get("left", ""),
        "change": fixed.get(facts.get("change", ""), ""),
        "inviter": facts.get("inviter", ""),
        "address": facts.get("address", ""),
        "title": in_language(facts.get("titles"), language),
        "host": in_language(facts.get("host_names"), language),
        "organisation": in_language(facts.get("organisation_names"), language),
        "co_sponsor": in_language(facts.get("co_sponsor_names"), language),
        "certificate": in_language(facts.get("certificate_titles"), language),
        "recommendation": in_language(facts.get("texts"), language),
        "submission": facts.get("submission", ""),
        "step": fixed.get(facts.get("state", ""), ""),
        "anonymous": facts.get("anonymous", ""),
        "fund": facts.get("fund", ""),
        "amount": _amount(facts.get("amount"), language),
        "conditions": in_language(facts.get("conditions"), language),
        "items": facts.get("items", ()),
        "role": fixed.get(facts.get("role", ""), ""),
        "capacity": fixed.get(facts.get("capacity", ""), ""),
        "changed": ("、" if language != "en" else ", ").join(
            fixed[name] for name in facts.get("changed", ())
        ),
    }
    for name in ("starts_on", "ends_on", "review_on"):
        day = facts.get(name)
        local[name] = _day(day, language) if day else ""
    until = facts.get("until")
    return local | {"until": local_moment(until, language, zone) if until else ""}


def _rows(facts: Mapping[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    if "starts_at" not in facts:
        return ()
    fixed, venue = FIXED[language], facts["venue"]
    place = ", ".join(filter(None, (venue.get("name"), venue.get("address"))))
    if venue.get("mode") != "onsite":
        online = fixed["online"]
        address = facts.get("online_address")
        place = " · ".join(filter(None, (place, f"{online} {address}" if address else online)))
    starts = local_moment(facts["starts_at"], language, facts["time_zone"])
    when = (fixed["when"], starts)
    return (when, (fixed["where"], place)) if place else (when,)


def words_for(
    kind: str, facts: Mapping[str, Any], *, locale: str, link: str, preferences: str = ""
) -> Words:
    """The kind's words in the language nearest to the locale.

    facts: what `composing` keeps, instants as datetimes. link, preferences: absolute.
    """
    language = nearest_language(locale)
    if "letter" in facts:
        return _letter_words(facts, locale=locale, link=link, preferences=preferences)
    if "own_words" in facts:
        return _own_words(facts, locale=locale, link=link, preferences=preferences)
    rendered = TWO_STOPS.sub(".", _sections(language)[kind].render(_local(facts, language)))
    subject, button, body = rendered.split(BETWEEN, 2)
    paragraphs = tuple(part.strip() for part in body.split("\n\n") if part.strip())
    return Words(
        language=language,
        subject=_test_mark(facts, language) + " ".join(subject.split()),
        paragraphs=paragraphs,
        rows=_rows(facts, language),
        button=button,
        link=link,
        preferences=preferences,
        teller=_teller(facts, language),
    )


def _teller(facts: Mapping[str, Any], language: str) -> str:
    return " ".join(in_language(facts.get("host_names"), language).split())


def _letter_words(facts: Mapping[str, Any], *, locale: str, link: str, preferences: str) -> Words:
    """An announcement's own words; a button only where it leads somewhere."""
    letter, language = facts["letter"], nearest_language(locale)
    values = {**letter["values"][language], "person.name": facts.get("name", "")}
    filled = fill(letter_in(letter["subject"], letter["body"], locale), values)
    fixed = FIXED[language]
    return Words(
        language=language,
        subject=_test_mark(facts, language) + filled.subject,
        paragraphs=("", filled.text),
        rows=(),
        button=fixed["open"] if facts.get("path") else "",
        link=link,
        preferences=preferences,
        letter=filled,
        teller=" ".join(values.get("organisation.name", "").split()),
        is_news="workshop.title" not in values,
    )


def _own_words(facts: Mapping[str, Any], *, locale: str, link: str, preferences: str) -> Words:
    """An organisation's own, with the same rows and the same link as the built-in ones."""
    used, text = text_for(facts["own_words"], locale)
    language = nearest_language(used)
    filled = fill_in(text, _local(facts, language))
    return Words(
        language=language,
        subject=_test_mark(facts, language) + filled.letter.subject,
        paragraphs=("", *filled.letter.text.split("\n\n")),
        rows=_rows(facts, language),
        button=filled.button or FIXED[language]["open"],
        link=link,
        preferences=preferences,
        letter=filled.letter,
        teller=_teller(facts, language),
    )


def _test_mark(facts: Mapping[str, Any], language: str) -> str:
    return f"[{FIXED[language]['test']}] " if facts.get("is_test") else ""

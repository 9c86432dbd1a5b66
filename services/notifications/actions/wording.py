"""The words of each kind of notification, by language: subject, paragraphs, button.

Kept in mails/LANGUAGE.txt; compiled once a process. A text can reach its facts and nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import mrml
from babel.dates import format_date, format_datetime
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.foundation.languages import LANGUAGES, in_language, nearest_language

MAILS: Final = Path(__file__).parent.parent / "mails"
SECTION: Final = re.compile(r"^== (\w+)\n", re.MULTILINE)
PLAIN: Final = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True)
HTML: Final = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
FORMATS: Final = {"en": "EEEE, d MMMM y, HH:mm", "zh-Hant": "y年M月d日 EEEE HH:mm"}
FIXED: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "when": "When",
        "where": "Where",
        "online": "online",
        "link_hint": "If the button does not work, open this address:",
        "footer": "You receive this mail because you take part in this or asked for it.",
        "head": "head of delegation",
        "member": "member",
        "alternate": "alternate",
        "delegate": "delegate",
        "expert": "expert",
        "speaker": "speaker",
        "observer": "observer",
        "titles": "title",
        "starts_at": "beginning",
        "ends_at": "end",
        "time_zone": "time zone",
        "venue": "venue",
        "password_changed": "your password was changed",
        "codes_on": "the second step was turned on",
        "codes_off": "the second step was turned off",
        "recovery_codes_renewed": "your recovery codes were renewed",
        "passkey_added": "a passkey was added",
        "passkey_removed": "a passkey was removed",
        "token_given": "a personal token was made",
        "provider_linked": "your organisation's sign-in was linked to your account",
    },
    "zh-Hant": {
        "when": "時間",
        "where": "地點",
        "online": "線上",
        "link_hint": "若按鈕無法使用，請開啟此網址：",
        "footer": "您收到本信，因為它與您參加或申請的事項有關。",
        "head": "團長",
        "member": "團員",
        "alternate": "候補團員",
        "delegate": "代表",
        "expert": "專家",
        "speaker": "講者",
        "observer": "觀察員",
        "titles": "名稱",
        "starts_at": "開始時間",
        "ends_at": "結束時間",
        "time_zone": "時區",
        "venue": "地點",
        "password_changed": "您的密碼已變更",
        "codes_on": "已開啟兩步驟驗證",
        "codes_off": "已關閉兩步驟驗證",
        "recovery_codes_renewed": "您的備用碼已更新",
        "passkey_added": "已新增一組通行金鑰",
        "passkey_removed": "已移除一組通行金鑰",
        "token_given": "已建立一個個人權杖",
        "provider_linked": "貴組織的登入已連結至您的帳號",
    },
}


@dataclass(frozen=True)
class Words:
    """What a reader sees. rows: label → value, such as when and where."""

    language: str
    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    button: str
    link: str

    @property
    def text(self) -> str:
        """All of it as plain text."""
        rows = "\n".join(f"{label}: {value}" for label, value in self.rows)
        fixed = FIXED[self.language]
        parts = [
            *self.paragraphs,
            rows,
            f"{self.button}:\n{self.link}",
            "-- \n" + fixed["footer"],
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    @property
    def html(self) -> str:
        """All of it as a page of its own, without remote images."""
        fixed = FIXED[self.language]
        return _layout().render(
            brand="Plenary",
            language=self.language,
            subject=self.subject,
            body=_body().render(paragraphs=self.paragraphs, rows=self.rows),
            button=self.button,
            link=self.link,
            link_hint=fixed["link_hint"],
            footer=fixed["footer"],
        )


@dataclass(frozen=True)
class _Section:
    subject: Template
    button: Template
    paragraphs: Template


@cache
def _sections(language: str) -> Mapping[str, _Section]:
    pieces = SECTION.split((MAILS / f"{language}.txt").read_text(encoding="utf-8"))[1:]
    sections = {}
    for kind, piece in zip(pieces[::2], pieces[1::2], strict=True):
        head, _, body = piece.partition("\n\n")
        subject, button = (line.partition(": ")[2] for line in head.splitlines())
        sections[kind] = _Section(*map(PLAIN.from_string, (subject, button, body)))
    return sections


@cache
def _layout() -> Template:
    made = mrml.to_html((MAILS / "layout.mjml").read_text(encoding="utf-8"))
    page = made.content.replace('lang="und"', 'lang="{{ language }}"')
    return HTML.from_string(page.replace("{{ body }}", "{{ body|safe }}"))


@cache
def _body() -> Template:
    return HTML.from_string(
        "{% for each in paragraphs %}"
        '<p style="margin:0 0 14px">{{ each }}</p>{% endfor %}'
        '{% if rows %}<table role="presentation" style="border-collapse:collapse">'
        "{% for label, value in rows %}"
        '<tr><td style="padding:2px 14px 2px 0;color:#4a5b56;vertical-align:top">{{ label }}</td>'
        "<td>{{ value }}</td></tr>{% endfor %}</table>{% endif %}"
    )


def kinds() -> set[str]:
    """The kinds that have words, in every language of ours."""
    found = [set(_sections(language)) for language in LANGUAGES]
    return set.intersection(*found)


def _moment(value: Any, language: str, zone: str) -> str:
    shown = format_datetime(
        value.astimezone(ZoneInfo(zone)), FORMATS[language], locale=language.replace("-", "_")
    )
    return f"{shown} ({zone.replace('_', ' ')})"


def _day(value: str, language: str) -> str:
    """A date of ISO 8601 as that language writes it."""
    day = date.fromisoformat(value)
    return format_date(day, "long", locale=language.replace("-", "_"))


def _local(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The facts in one language: texts chosen, roles and fields named, instants written."""
    fixed, zone = FIXED[language], facts.get("time_zone") or "UTC"
    local: dict[str, Any] = {
        "name": facts.get("name", ""),
        "place": facts.get("place"),
        "reason": facts.get("reason", ""),
        "change": fixed.get(facts.get("change", ""), ""),
        "inviter": facts.get("inviter", ""),
        "title": in_language(facts.get("titles"), language),
        "host": in_language(facts.get("host_names"), language),
        "organisation": in_language(facts.get("organisation_names"), language),
        "role": fixed.get(facts.get("role", ""), ""),
        "capacity": fixed.get(facts.get("capacity", ""), ""),
        "changed": ("、" if language != "en" else ", ").join(
            fixed[name] for name in facts.get("changed", ())
        ),
    }
    ends_on = facts.get("ends_on")
    local["ends_on"] = _day(ends_on, language) if ends_on else ""
    until = facts.get("until")
    return local | {"until": _moment(until, language, zone) if until else ""}


def _rows(facts: Mapping[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    if "starts_at" not in facts:
        return ()
    fixed, venue = FIXED[language], facts["venue"]
    place = ", ".join(filter(None, (venue.get("name"), venue.get("address"))))
    if venue.get("mode") != "onsite":
        online = fixed["online"]
        address = facts.get("online_address")
        place = " · ".join(filter(None, (place, f"{online} {address}" if address else online)))
    starts = _moment(facts["starts_at"], language, facts["time_zone"])
    return ((fixed["when"], starts), (fixed["where"], place))


def words_for(kind: str, facts: Mapping[str, Any], *, locale: str, link: str) -> Words:
    """The kind's words in the language nearest to the locale.

    facts: what `composing` keeps, instants as datetimes. link: absolute.
    """
    language = nearest_language(locale)
    section, local = _sections(language)[kind], _local(facts, language)
    body = section.paragraphs.render(local)
    paragraphs = tuple(part.strip() for part in body.split("\n\n") if part.strip())
    return Words(
        language=language,
        subject=" ".join(section.subject.render(local).split()),
        paragraphs=paragraphs,
        rows=_rows(facts, language),
        button=section.button.render(local),
        link=link,
    )

"""A claimed delivery as an RFC 5322 mail: text, HTML and, where there is a date, a calendar."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Final
from uuid import UUID

from icalendar import Calendar, Event

from services.notifications.actions.delivering import Claimed
from services.notifications.actions.wording import Words, words_for
from shared.foundation.languages import in_language

METHODS: Final = {"workshop_cancelled": "CANCEL", "registration_cancelled": "CANCEL"}
WITH_CALENDAR: Final = frozenset(
    [
        "registration_confirmed",
        "workshop_changed",
        "workshop_rescheduled",
        "workshop_cancelled",
        "registration_cancelled",
    ]
)


def mail_of(claimed: Claimed, *, sender: str, public_url: str, now: datetime) -> bytes:
    """The mail's source, lines ending in CRLF. sender: NAME <ADDRESS>."""
    facts = claimed.facts
    words = words_for(claimed.kind, facts, locale=claimed.locale, link=_absolute(facts, public_url))
    mail = EmailMessage(policy=SMTP)
    sender_name, sender_address = parseaddr(sender)
    mail["From"] = Address(sender_name, addr_spec=sender_address)
    mail["To"] = Address(claimed.name[:200], addr_spec=claimed.address)
    mail["Subject"] = words.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = claimed.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = words.language
    if claimed.workshop_id:
        # Shorter than a line: a longer one would be encoded, and no program would read it.
        thread = f"<thread.{claimed.about_id}@plenary>"
        mail["References"] = thread
        mail["In-Reply-To"] = thread
    mail.set_content(words.text, cte="quoted-printable")
    mail.add_alternative(words.html, subtype="html", cte="quoted-printable")
    if claimed.kind in WITH_CALENDAR and "starts_at" in facts:
        _attach_calendar(mail, claimed, words, public_url, now=now)
    return mail.as_bytes()


def _absolute(facts: dict[str, Any], public_url: str) -> str:
    path = str(facts["path"])
    return path if path.startswith("http") else public_url + path


def _attach_calendar(
    mail: EmailMessage, claimed: Claimed, words: Words, public_url: str, *, now: datetime
) -> None:
    method = METHODS.get(claimed.kind, "PUBLISH")
    source = calendar_source(claimed, words.language, public_url, method=method, now=now)
    mail.add_attachment(
        source,
        maintype="text",
        subtype="calendar",
        filename="workshop.ics",
        params={"method": method, "charset": "utf-8"},
    )


def calendar_source(
    claimed: Claimed, language: str, public_url: str, *, method: str, now: datetime
) -> bytes:
    """The workshop as iTIP (RFC 5546): the same UID at every change, a rising SEQUENCE."""
    facts = claimed.facts
    calendar, entry = Calendar(), Event()
    calendar.add("prodid", "-//Plenary//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    entry.add("uid", f"{claimed.workshop_id}@plenary")
    entry.add("sequence", int(facts["version"]))
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", facts["starts_at"].astimezone(UTC))
    entry.add("dtend", facts["ends_at"].astimezone(UTC))
    entry.add("summary", in_language(facts["titles"], language))
    venue = facts["venue"]
    place = ", ".join(filter(None, (venue.get("name"), venue.get("address"))))
    if place:
        entry.add("location", place)
    entry.add("url", f"{public_url}/events/workshops/{UUID(str(claimed.workshop_id))}")
    entry.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    calendar.add_component(entry)
    source: bytes = calendar.to_ical()
    return source

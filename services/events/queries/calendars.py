"""Workshops as iCalendar text (RFC 5545)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from services.events.model import Workshop
from shared.foundation.languages import in_language


def calendar_of(workshops: Sequence[Workshop], *, public_url: str, now: datetime) -> str:
    """One calendar with an entry a workshop; a cancelled one says so."""
    calendar = Calendar()
    calendar.add("prodid", "-//Plenary//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for workshop in workshops:
        calendar.add_component(_entry(workshop, public_url=public_url, now=now))
    calendar.add_missing_timezones()
    text: str = calendar.to_ical().decode()
    return text


def _entry(workshop: Workshop, *, public_url: str, now: datetime) -> Event:
    language = workshop.languages[0] if workshop.languages else "en"
    zone = ZoneInfo(workshop.time_zone)
    venue = workshop.venue
    entry = Event()
    entry.add("uid", f"{workshop.id}@plenary")
    entry.add("dtstamp", now)
    entry.add("sequence", workshop.version)
    entry.add("dtstart", workshop.starts_at.astimezone(zone))
    entry.add("dtend", workshop.ends_at.astimezone(zone))
    entry.add("summary", in_language(workshop.titles, language))
    entry.add("description", in_language(workshop.summary, language))
    place = ", ".join(filter(None, (venue.get("name"), venue.get("address"))))
    if place:
        entry.add("location", place)
    entry.add("url", f"{public_url}/events/workshops/{workshop.id}")
    statuses = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "draft": "TENTATIVE"}
    entry.add("status", statuses.get(workshop.state, "CONFIRMED"))
    return entry

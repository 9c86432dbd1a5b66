"""Workshops as iCalendar text (RFC 5545)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.model import CalendarFeed, Registration, Workshop
from services.events.model.link import find_link
from services.events.queries.workshops import SEATED
from shared.foundation.failures import NotFound
from shared.foundation.languages import in_language
from shared.foundation.later import Later

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Later("icalendar")

STATUS_OF: Final = {
    **dict.fromkeys(SEATED, "CONFIRMED"),
    **dict.fromkeys(("pending", "waiting", "offered"), "TENTATIVE"),
}


def calendar_of(workshops: Sequence[Workshop], *, public_url: str, now: datetime) -> str:
    """One calendar with an entry a workshop; a cancelled one says so."""
    calendar = _empty("PUBLISH")
    for workshop in workshops:
        calendar.add_component(_entry(workshop, public_url=public_url, now=now))
    calendar.add_missing_timezones()
    text: str = calendar.to_ical().decode()
    return text


def find_feed_owner(session: Session, token: str) -> UUID:
    """Whose calendar the token opens. Raises NotFound."""
    link = find_link(token)
    found = session.get(CalendarFeed, link.id) if link is not None else None
    if found is None or link is None or not link.opens("calendar", found.person_id, found.secret):
        raise NotFound("This calendar address is no longer good. Make a new one on your page.")
    return found.person_id


def own_calendar(session: Session, person_id: UUID, *, public_url: str, now: datetime) -> str:
    """All that the person is registered for: what is not sure yet as tentative, what was taken
    back as cancelled; the online address where they have a seat."""
    query = (
        select(Workshop, Registration)
        .join(Registration, Registration.workshop_id == Workshop.id)
        .where(Registration.person_id == person_id)
        .order_by(Registration.id)
    )
    latest: dict[UUID, tuple[Workshop, Registration]] = {}
    steps: Counter[UUID] = Counter()
    for workshop, found in session.execute(query):
        latest[workshop.id] = (workshop, found)
        # Of all that they ever had there: who registers anew must not start from 1 again.
        steps[workshop.id] += found.version
    calendar = _empty("PUBLISH")
    calendar.add("x-wr-calname", "Plenary")
    calendar.add("refresh-interval", timedelta(hours=1))
    for workshop, found in latest.values():
        entry = _entry(workshop, public_url=public_url, now=now)
        _replace(entry, "sequence", workshop.version + steps[workshop.id])
        if entry["status"] == "CONFIRMED":
            _replace(entry, "status", STATUS_OF.get(found.state, "CANCELLED"))
        if found.state in SEATED and workshop.venue.get("url"):
            places = (entry.get("location"), workshop.venue["url"])
            _replace(entry, "location", ", ".join(str(each) for each in places if each))
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    text: str = calendar.to_ical().decode()
    return text


def _replace(entry: "icalendar.Event", name: str, value: str | int) -> None:
    entry.pop(name, None)
    entry.add(name, value)


def _empty(method: str) -> "icalendar.Calendar":
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Plenary//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _entry(workshop: Workshop, *, public_url: str, now: datetime) -> "icalendar.Event":
    language = workshop.languages[0] if workshop.languages else "en"
    zone = ZoneInfo(workshop.time_zone)
    venue = workshop.venue
    entry = icalendar.Event()
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

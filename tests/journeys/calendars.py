"""The calendar entry that a mail carries."""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar

from tests.support.smtp_sink import Mail


@dataclass(frozen=True)
class Entry:
    """What matters of it (RFC 5546)."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: datetime
    place: str
    attendee: str
    part: str


def entry_of(mail: Mail) -> Entry:
    """Of the part that programs act on, whose type says the method; the file has the same."""
    [part] = [each for each in mail.message.walk() if each.get_content_type() == "text/calendar"]
    [file] = mail.message.iter_attachments()
    source = part.get_payload(decode=True)
    assert isinstance(source, bytes)
    assert file.get_payload(decode=True) == source
    assert file.get_content_type() == "application/ics"
    calendar = Calendar.from_ical(source)
    [event] = calendar.events
    method, starts_at = str(calendar["METHOD"]), event.start
    assert isinstance(starts_at, datetime)
    assert part.get_param("method") == method
    return Entry(
        method=method,
        uid=str(event["UID"]),
        sequence=event.sequence or 0,
        status=str(event["STATUS"]),
        starts_at=starts_at,
        place=str(event.get("LOCATION", "")),
        attendee=str(event["ATTENDEE"]).removeprefix("mailto:"),
        part=str(event["ATTENDEE"].params["PARTSTAT"]),
    )

"""A workshop in one attendee's own calendar: iTIP (RFC 5546) as the mail programs read it.

The entry is one person's: several may share a mailbox, and one of them may leave.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from services.notifications.actions.claiming import Claimed
from shared.foundation.languages import in_language
from shared.foundation.later import Later
from shared.foundation.names import fold, fold_email

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Later("icalendar")

COMES: Final = "ACCEPTED"
ASKED: Final = "NEEDS-ACTION"
PART_OF: Final[Mapping[str, str]] = {
    "registration_confirmed": COMES,
    "nomination_submitted": ASKED,
    "seat_offered": ASKED,
}
"""Kind of mail → the part that its reader takes from then on."""
ENDS: Final = frozenset(
    [
        *("registration_cancelled", "offer_expired"),
        *("nomination_declined", "nomination_withdrawn", "nomination_lapsed"),
    ]
)
"""Their own part ends, while the workshop goes on."""
OF_ALL: Final[Mapping[str, str]] = {
    "workshop_changed": "REQUEST",
    "workshop_rescheduled": "REQUEST",
    "workshop_postponed": "CANCEL",
    "workshop_cancelled": "CANCEL",
}
"""Kind that goes to all of a workshop → what it does to the entry of those who have one."""
PART_IN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("confirmed", "attended"), COMES),
    **dict.fromkeys(("submitted", "offered"), ASKED),
}
"""State of a registration or nomination → part. In others there is no entry: they may not come."""
FIRST_SECOND: Final = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
PERSONAL: Final = ("UID", "DTSTAMP", "SEQUENCE", "ATTENDEE")
LONGEST_LINE: Final = 75


def method_of(claimed: Claimed) -> str | None:
    """REQUEST, CANCEL, or None where the mail does nothing to a calendar."""
    facts = claimed.facts
    if "starts_at" not in facts or facts.get("is_test"):
        return None
    if claimed.kind in PART_OF:
        return "REQUEST"
    if claimed.kind in ENDS:
        return "CANCEL"
    # Of what was written before parts were kept: they were all told then.
    has_entry = bool(facts.get("part", COMES))
    return OF_ALL.get(claimed.kind) if has_entry else None


def entry_of(claimed: Claimed, language: str, *, sender: str, public_url: str) -> bytes:
    """The calendar of the mail, the same at every attempt. sender: the organizer's address."""
    facts = claimed.facts
    part = PART_OF.get(claimed.kind) or str(facts.get("part") or COMES)
    skeleton = _skeleton(
        _Shown(
            method=method_of(claimed) or "REQUEST",
            part=part,
            starts_at=facts["starts_at"].astimezone(UTC),
            ends_at=facts["ends_at"].astimezone(UTC),
            time_zone=str(facts["time_zone"]),
            title=in_language(facts["titles"], language),
            host=in_language(facts.get("host_names"), language),
            place=_place(facts),
            url=f"{public_url}/events/workshops/{claimed.workshop_id}",
            sender=sender,
        )
    )
    personal = _personal(claimed, part)
    return b"".join(personal.get(line, line) for line in skeleton)


def _place(facts: Mapping[str, Any]) -> str:
    """The address on the spot, and the one online where it was told."""
    venue = facts["venue"]
    return ", ".join(
        filter(None, (venue.get("name"), venue.get("address"), facts.get("online_address")))
    )


def _uid(claimed: Claimed) -> str:
    """The same from the nomination to the last change of whoever comes, and nobody else's."""
    who = f"{fold(claimed.name)}\n{fold_email(claimed.address)}"
    return f"{claimed.workshop_id}.{hashlib.sha256(who.encode()).hexdigest()[:16]}@plenary"


def _sequence(claimed: Claimed) -> int:
    """Higher with each change of the workshop, and with whatever is told later.

    A registration's own number would begin anew when somebody comes back. Of 31 bits.
    """
    seconds = int(claimed.told_at.timestamp()) - FIRST_SECOND
    return seconds + int(claimed.facts["version"])


def _personal(claimed: Claimed, part: str) -> dict[bytes, bytes]:
    """X-PUT-… → the line in its place. Written by hand: the library takes half of a mail's time."""
    stamp = claimed.told_at.astimezone(UTC)
    attendee = (
        f'CN="{_plain(claimed.name)}";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;'
        f"PARTSTAT={part};RSVP=FALSE:mailto:{claimed.address}"
    )
    lines = {
        "UID": f"UID:{_uid(claimed)}",
        "DTSTAMP": f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        "SEQUENCE": f"SEQUENCE:{_sequence(claimed)}",
        "ATTENDEE": f"ATTENDEE;{attendee}",
    }
    return {
        f"X-PUT-{name}:\r\n".encode(): f"{_folded(line)}\r\n".encode()
        for name, line in lines.items()
    }


def _folded(line: str) -> str:
    """In lines of at most 75 octets, no letter broken (RFC 5545, 3.1)."""
    if len(line) <= LONGEST_LINE and line.isascii():
        return line
    pieces, piece, room = list[str](), "", LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LONGEST_LINE - 1
        piece, room = piece + letter, room - size
    return "\r\n ".join([*pieces, piece])


def _plain(text: str) -> str:
    """As a parameter may have it (RFC 5545, 3.2; RFC 6868): no quotes, no line breaks."""
    return " ".join(text.replace('"', "'").split()).replace("^", "^^")


@dataclass(frozen=True)
class _Shown:
    """What is the same for all who are told the same in one language."""

    method: str
    part: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    title: str
    host: str
    place: str
    url: str
    sender: str


@lru_cache(maxsize=32)
def _zone(name: str) -> "icalendar.Timezone":
    """The zone with its rules. Finding these takes 30 ms, more than all else of a workshop."""
    return icalendar.Timezone.from_tzid(name)


@lru_cache(maxsize=256)
def _skeleton(shown: _Shown) -> tuple[bytes, ...]:
    """The lines of the calendar, with X-PUT-… where a personal one goes.

    Building one with its time zone takes milliseconds, many times what sending the mail takes.
    """
    calendar, entry = icalendar.Calendar(), icalendar.Event()
    calendar.add("prodid", "-//Plenary//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", shown.method)
    zone = ZoneInfo(shown.time_zone)
    entry.add("dtstart", shown.starts_at.astimezone(zone))
    entry.add("dtend", shown.ends_at.astimezone(zone))
    entry.add("summary", shown.title)
    entry.add("description", shown.url)
    if shown.place:
        entry.add("location", shown.place)
    entry.add("url", shown.url)
    organizer = icalendar.vCalAddress(f"mailto:{shown.sender}")
    organizer.params["CN"] = " ".join(shown.host.split())
    entry.add("organizer", organizer, encode=False)
    entry.add("status", "CANCELLED" if shown.method == "CANCEL" else "CONFIRMED")
    is_free = shown.method == "CANCEL"
    entry.add("transp", "TRANSPARENT" if is_free else "OPAQUE")
    busy = "FREE" if is_free else "TENTATIVE" if shown.part == ASKED else "BUSY"
    entry.add("x-microsoft-cdo-busystatus", busy)
    for name in PERSONAL:
        entry.add(f"x-put-{name}", "")
    calendar.add_component(entry)
    for name in calendar.get_missing_tzids():
        calendar.subcomponents.insert(0, _zone(name))
    source: bytes = calendar.to_ical()
    return tuple(source.splitlines(keepends=True))

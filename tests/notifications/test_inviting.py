"""Calendar parts of mails: iTIP for one person, read by other parsers than the one that wrote it."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from sqlalchemy import select

from services.notifications.actions.claiming import claim
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.mime import Site, mail_of
from services.notifications.gateways.mailer import Result
from services.notifications.model import Delivery
from shared.contracts import events, events_attendance
from tests.notifications.builders import (
    NOW,
    a_nomination_state,
    a_published_workshop,
    a_registration_state,
    a_workshop_state,
    hears,
)

SITE = Site("Plenary <no-reply@plenary.example>", "https://plenary.example", "s" * 32)


class Component:
    """RFC 5545 by the letter: unfolded lines, properties with parameters, parts within."""

    def __init__(self, name):
        self.name, self.properties, self.parts = name, {}, []

    def __getitem__(self, name):
        return self.properties[name][-1]


LINE = re.compile(r'([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^";:,]*))*):(.*)')
PARAMETER = re.compile(r';([\w-]+)=("[^"]*"|[^";:,]*)')


def parsed(source):
    text = source.decode()
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    root = Component("")
    stack = [root]
    for line in text.replace("\r\n ", "").split("\r\n")[:-1]:
        found = LINE.fullmatch(line)
        assert found, line
        name, parameters, value = found.groups()
        if name == "BEGIN":
            stack[-1].parts.append(Component(value))
            stack.append(stack[-1].parts[-1])
        elif name == "END":
            assert stack.pop().name == value
        else:
            given = {key: each.strip('"') for key, each in PARAMETER.findall(parameters)}
            stack[-1].properties.setdefault(name, []).append((value, given))
    assert stack == [root]
    [calendar] = root.parts
    return calendar


def mails(session, now=NOW):
    """Every mail that waits, as it goes out now: (subject, MIME, calendar or None)."""
    found = []
    for each in claim(session, limit=50, now=now):
        source = mail_of(each, site=SITE, now=now)
        keep_result(session, each, Result("sent"), now=now)
        mail = message_from_bytes(source, policy=policy.default)
        parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        calendar = parsed(parts[0].get_payload(decode=True)) if parts else None
        found.append((mail["Subject"], mail, calendar))
    return found


def calendar_of(session, message, now=NOW):
    hears(session, message, now=now)
    [(_, _, calendar)] = mails(session, now)
    return calendar


def entry(calendar):
    [found] = [part for part in calendar.parts if part.name == "VEVENT"]
    return found


def test_a_seat_is_a_request_to_this_one_person_who_comes(session):
    workshop = a_published_workshop(session)
    name = 'Ann "the" Lo; Chair, 碳盤查專家的名字很長很長很長很長很長很長'
    state = a_registration_state(workshop, name, email="ann@people.example")

    calendar = calendar_of(session, events.RegistrationConfirmed(registration=state))

    found = entry(calendar)
    value, given = found["ATTENDEE"]
    organizer, named = found["ORGANIZER"]
    assert calendar["METHOD"][0] == "REQUEST"
    assert (value, len(found.properties["ATTENDEE"])) == ("mailto:ann@people.example", 1)
    assert (given["PARTSTAT"], given["RSVP"]) == ("ACCEPTED", "FALSE")
    assert given["CN"] == name.replace('"', "'")
    assert (organizer, named["CN"]) == ("mailto:no-reply@plenary.example", "The institute")
    assert found["STATUS"][0] == "CONFIRMED"
    assert "https://meet.example/x" in found["LOCATION"][0]
    assert not [name for name in found.properties if name.startswith("X-PUT")]


def test_the_mail_is_as_programs_read_it(session):
    workshop = a_published_workshop(session)
    state = a_registration_state(workshop)
    hears(session, events.RegistrationConfirmed(registration=state))

    [(_, mail, _)] = mails(session)

    alternative, file = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert alternative.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternative.iter_parts())[-1]
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_param("charset") == "utf-8"
    assert calendar.get_content_disposition() is None
    assert (file.get_filename(), file.get_content_type()) == ("invite.ics", "application/ics")
    assert file.get_payload(decode=True) == calendar.get_payload(decode=True)


def test_a_nominee_is_asked_and_then_comes_in_the_same_entry(session):
    workshop = a_published_workshop(session)
    nominated = a_nomination_state(workshop, "Nia")
    seated = a_registration_state(workshop, "Nia")

    first = entry(calendar_of(session, events.NominationSubmitted(nomination=nominated)))
    later = NOW + timedelta(hours=1)
    confirmed = events.RegistrationConfirmed(registration=seated)
    second = entry(calendar_of(session, confirmed, now=later))

    assert [each["ATTENDEE"][1]["PARTSTAT"] for each in (first, second)] == [
        "NEEDS-ACTION", "ACCEPTED",
    ]  # fmt: skip
    assert first["X-MICROSOFT-CDO-BUSYSTATUS"][0] == "TENTATIVE"
    assert first["UID"] == second["UID"]
    assert int(first["SEQUENCE"][0]) < int(second["SEQUENCE"][0])


@pytest.mark.parametrize(
    ("kind", "message", "facts"),
    [
        ("registration", events.RegistrationCancelled, {"reason": ""}),
        ("registration", events.OfferExpired, {}),
        ("nomination", events.NominationWithdrawn, {"reason": ""}),
        ("nomination", events.NominationLapsed, {}),
        ("nomination", events.NominationDeclined, {}),
    ],
)
def test_whose_part_ends_loses_the_entry_while_the_workshop_goes_on(session, kind, message, facts):
    workshop = a_published_workshop(session)
    if kind == "registration":
        state = a_registration_state(workshop, "Nia")
        before = events.RegistrationConfirmed(registration=state)
    else:
        state = a_nomination_state(workshop, "Nia")
        before = events.NominationSubmitted(nomination=state)
    first = entry(calendar_of(session, before))

    later = NOW + timedelta(minutes=1)
    calendar = calendar_of(session, message(**{kind: state}, **facts), now=later)

    assert calendar["METHOD"][0] == "CANCEL"
    assert entry(calendar)["STATUS"][0] == "CANCELLED"
    assert entry(calendar)["UID"] == first["UID"]
    assert int(entry(calendar)["SEQUENCE"][0]) > int(first["SEQUENCE"][0])


def test_two_who_share_a_mailbox_have_an_entry_each(session):
    workshop = a_published_workshop(session)
    for name in ("Ann", "Ben"):
        state = a_registration_state(workshop, name, email="office@people.example")
        hears(session, events.RegistrationConfirmed(registration=state))

    found = [entry(calendar) for _, _, calendar in mails(session)]

    assert len({each["UID"][0] for each in found}) == 2


def test_who_comes_back_has_a_higher_number_than_when_they_left(session):
    """Another registration's own version begins at one again."""
    workshop = a_published_workshop(session)
    numbers = []
    for minutes, message in enumerate(
        (
            events.RegistrationConfirmed(registration=a_registration_state(workshop)),
            events.RegistrationCancelled(
                registration=a_registration_state(workshop, version=2), reason=""
            ),
            events.RegistrationConfirmed(registration=a_registration_state(workshop)),
        )
    ):
        calendar = calendar_of(session, message, now=NOW + timedelta(minutes=minutes))
        numbers.append(int(entry(calendar)["SEQUENCE"][0]))

    assert numbers == sorted(set(numbers))
    assert max(numbers) < 2**31


def test_a_change_goes_to_those_with_an_entry_by_the_part_that_they_take(session):
    workshop = a_published_workshop(session)
    for name, state in (("Ann", "confirmed"), ("Wen", "waiting"), ("Pia", "pending")):
        told = events_attendance.RegistrationClaimed(
            registration=a_registration_state(workshop, name, state=state)
        )
        hears(session, told)
    nominated = a_nomination_state(workshop, "Nia")
    hears(session, events.NominationSubmitted(nomination=nominated))
    mails(session)
    later = a_workshop_state(
        **(vars(workshop) | {"version": 3, "starts_at": workshop.starts_at + timedelta(hours=1)})
    )

    moved = events.WorkshopChanged(workshop=later, changed=("starts_at",))
    hears(session, moved, now=NOW + timedelta(hours=1))

    found = {mail["To"].addresses[0].display_name: calendar for _, mail, calendar in mails(
        session, NOW + timedelta(hours=1))}  # fmt: skip
    assert {name: calendar is not None for name, calendar in found.items()} == {
        "Ann": True, "Wen": False, "Pia": False, "Nia": True,
    }  # fmt: skip
    assert entry(found["Ann"])["ATTENDEE"][1]["PARTSTAT"] == "ACCEPTED"
    assert entry(found["Nia"])["ATTENDEE"][1]["PARTSTAT"] == "NEEDS-ACTION"
    assert entry(found["Ann"])["DTSTART"][0] == "20260401T130000"


def test_a_postponed_workshop_leaves_calendars_until_it_has_its_new_time(session):
    workshop = a_published_workshop(session)
    seat = events.RegistrationConfirmed(registration=a_registration_state(workshop))
    first = calendar_of(session, seat)
    states = [
        a_workshop_state(**(vars(workshop) | {"version": version, "state": state}))
        for version, state in ((3, "postponed"), (4, "published"), (5, "cancelled"))
    ]
    told = (
        events.WorkshopPostponed(workshop=states[0], reason="Typhoon"),
        events.WorkshopRescheduled(workshop=states[1], reason=""),
        events.WorkshopCancelled(workshop=states[2], reason=""),
    )

    after = [calendar_of(session, message) for message in told]

    assert [each["METHOD"][0] for each in after] == ["CANCEL", "REQUEST", "CANCEL"]
    assert len({entry(each)["UID"][0] for each in (first, *after)}) == 1
    numbers = [int(entry(each)["SEQUENCE"][0]) for each in (first, *after)]
    assert numbers == sorted(set(numbers))


def test_the_same_mail_again_has_the_same_entry(session):
    workshop = a_published_workshop(session)
    state = a_registration_state(workshop)
    hears(session, events.RegistrationConfirmed(registration=state))
    sources = []
    for minutes in (0, 3):
        [claimed] = claim(session, limit=1, now=NOW + timedelta(minutes=minutes))
        mail = mail_of(claimed, site=SITE, now=NOW + timedelta(minutes=minutes))
        found = message_from_bytes(mail, policy=policy.default)
        sources.append(next(found.iter_attachments()).get_payload(decode=True))

    assert sources[0] == sources[1]


def offset_at(zone, local):
    """By the calendar's own VTIMEZONE: the last change before the local time decides."""
    best = None
    for part in zone.parts:
        begins = datetime.strptime(part["DTSTART"][0], "%Y%m%dT%H%M%S")  # noqa: DTZ007
        changes = [begins]
        for rule, _ in part.properties.get("RRULE", ()):
            plain = re.sub(r"UNTIL=(\d{8}T\d{6})Z", r"UNTIL=\1", rule)
            changes += rrule.rrulestr(plain, dtstart=begins).between(
                begins, local + timedelta(days=1), inc=True
            )
        for dates, _ in part.properties.get("RDATE", ()):
            changes += [datetime.strptime(each, "%Y%m%dT%H%M%S") for each in dates.split(",")]  # noqa: DTZ007
        last = max((each for each in changes if each <= local), default=None)
        if last is not None and (best is None or last > best[0]):
            best = (last, part["TZOFFSETTO"][0])
    sign = -1 if best[1].startswith("-") else 1
    return sign * timedelta(hours=int(best[1][1:3]), minutes=int(best[1][3:5]))


@pytest.mark.parametrize(
    ("zone", "starts_at"),
    [
        ("Asia/Taipei", "2026-04-01T01:00"),
        # An hour before and after clocks go forward, and back.
        ("Europe/Berlin", "2026-03-29T00:30"),
        ("Europe/Berlin", "2026-03-29T01:30"),
        ("Europe/Berlin", "2026-10-24T23:30"),
        ("Europe/Berlin", "2026-10-25T03:30"),
        ("America/New_York", "2026-03-08T06:30"),
        ("America/New_York", "2026-03-08T07:30"),
        ("America/Lima", "2026-07-01T14:00"),
        ("Pacific/Auckland", "2026-09-26T13:30"),
        ("Pacific/Auckland", "2026-09-26T14:30"),
    ],
)
def test_the_time_is_right_by_the_zone_that_comes_with_it(session, zone, starts_at):
    starts_at = datetime.fromisoformat(starts_at).replace(tzinfo=UTC)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=5)}
    workshop = a_published_workshop(session, time_zone=zone, **times)

    seat = events.RegistrationConfirmed(registration=a_registration_state(workshop))
    calendar = calendar_of(session, seat)

    [there] = [part for part in calendar.parts if part.name == "VTIMEZONE"]
    for name, moment in (("DTSTART", starts_at), ("DTEND", times["ends_at"])):
        text, given = entry(calendar)[name]
        local = datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007
        assert given["TZID"] == there["TZID"][0] == zone
        assert local == moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert local - offset_at(there, local) == moment.replace(tzinfo=None)


def test_a_workshop_by_universal_time_needs_no_zone(session):
    workshop = a_published_workshop(session, time_zone="UTC")
    seat = events.RegistrationConfirmed(registration=a_registration_state(workshop))

    calendar = calendar_of(session, seat)

    assert entry(calendar)["DTSTART"][0].endswith("Z")
    assert session.scalars(select(Delivery.state)).all() == ["sent"]

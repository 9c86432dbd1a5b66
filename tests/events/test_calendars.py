"""A person's own calendar, read back by an independent parser."""

from datetime import timedelta

import icalendar
import pytest

from services.events.actions.feeding import make_feed
from services.events.actions.registering import cancel_registration
from services.events.actions.scheduling import change_workshop, postpone
from services.events.queries.calendars import find_feed_owner, own_calendar
from shared.foundation.failures import NotFound
from shared.foundation.ids import new_id
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, comes


def entries(session, person_id):
    text = own_calendar(session, person_id, public_url="https://p.example", now=NOW)
    calendar = icalendar.Calendar.from_ical(text)
    return {str(each["uid"]).partition("@")[0]: each for each in calendar.walk("VEVENT")}


def test_a_calendar_says_what_is_sure_what_is_not_and_what_was_taken_back(session):
    me = new_id()
    online = {"mode": "online", "url": "https://meet.example/abc"}
    seat, line, left = (
        a_workshop(session, venue=online),
        a_workshop(session, seats=1, taken=1, venue=online),
        a_workshop(session),
    )
    for workshop in (seat, line, left):
        comes(session, workshop, "Ann", person_id=me)
    session.flush()
    registered = comes(session, left, "Ann", person_id=me).registration
    cancel_registration(session, registered, actor="link", now=NOW)
    session.flush()

    found = entries(session, me)

    states = [str(found[str(each.id)]["status"]) for each in (seat, line, left)]
    assert states == ["CONFIRMED", "TENTATIVE", "CANCELLED"]
    assert "meet.example" in found[str(seat.id)]["location"]
    assert "location" not in found[str(line.id)]


def test_a_change_keeps_the_uid_and_raises_the_sequence(session):
    me, workshop = new_id(), a_workshop(session)
    comes(session, workshop, "Ann", person_id=me)
    session.flush()
    before = entries(session, me)[str(workshop.id)]

    change_workshop(
        session,
        workshop,
        {"starts_at": IN_A_MONTH + timedelta(hours=1)},
        actor="test",
        now=NOW,
    )
    moved = entries(session, me)[str(workshop.id)]
    postpone(session, workshop, actor="test", now=NOW)
    postponed = entries(session, me)[str(workshop.id)]

    assert before["sequence"] < moved["sequence"] < postponed["sequence"]
    assert moved["dtstart"].dt == IN_A_MONTH + timedelta(hours=1)
    assert str(postponed["status"]) == "TENTATIVE"


def test_a_new_address_makes_the_old_one_open_nothing(session):
    me = new_id()
    old = make_feed(session, me, now=NOW).link_token
    session.flush()
    assert find_feed_owner(session, old) == me

    new = make_feed(session, me, now=NOW).link_token
    session.flush()

    assert find_feed_owner(session, new) == me
    for token in (old, "link_f_nonsense", "nonsense"):
        with pytest.raises(NotFound):
            find_feed_owner(session, token)


def test_who_cancels_and_registers_anew_is_not_left_cancelled_in_the_calendar(session):
    me, workshop = new_id(), a_workshop(session)
    first = comes(session, workshop, "Ann", person_id=me).registration
    cancel_registration(session, first, actor="link", now=NOW)
    session.flush()
    left = entries(session, me)[str(workshop.id)]
    comes(session, workshop, "Ann", person_id=me)
    session.flush()

    again = entries(session, me)[str(workshop.id)]

    assert (str(left["status"]), str(again["status"])) == ("CANCELLED", "CONFIRMED")
    assert again["sequence"] > left["sequence"]

"""Reminders: in the morning of whoever is reminded, once, of what still holds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from services.notifications.actions.choosing import choose
from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import (
    AttendanceCopy,
    Delivery,
    Notification,
    OrganisationRules,
    PostCopy,
    Recipient,
    ReminderMark,
)
from services.notifications.reactions import give_reminders
from shared.contracts import events
from shared.contracts.events_allotments import AlternateCalledUp, SeatsUnused
from shared.foundation.ids import new_id
from shared.foundation.reminders import due_reminder, reminder_at
from tests.notifications.builders import (
    a_nomination_state,
    a_published_workshop,
    a_recipient,
    a_registration_state,
    hears,
)

STARTS = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TAIPEI, LIMA = "Asia/Taipei", "America/Lima"


def at(day, hour, zone=TAIPEI, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def told(database, kind="reminder_start"):
    with database.reading() as session:
        query = select(Notification.name).where(Notification.kind == kind)
        return sorted(session.scalars(query))


def a_place(database, *people, starts_at=STARTS):
    """A workshop in Taipei with people (name, zone of their account or None); all long ago."""
    with database.writing() as session:
        workshop = a_published_workshop(
            session, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8), time_zone=TAIPEI
        )
        for name, zone in people:
            person_id = a_recipient(session, name, time_zone=zone).id if zone else None
            state = a_registration_state(workshop, name, person_id=person_id)
            hears(session, events.RegistrationConfirmed(registration=state), now=LONG_AGO)
    return workshop


def test_everybody_is_reminded_at_nine_where_they_are(database):
    a_place(database, ("Ann", None), ("Bo", LIMA))

    # It begins on the evening of the 19th in Lima.
    give_reminders(database, at(12, 8, LIMA, 59))
    assert told(database) == []
    give_reminders(database, at(12, 9, LIMA))
    assert told(database) == ["Bo"]

    give_reminders(database, at(13, 8, minute=59))
    assert told(database) == ["Bo"]
    give_reminders(database, at(13, 9))
    assert told(database) == ["Ann", "Bo"]


def test_nobody_is_reminded_twice_and_the_second_reminder_comes(database):
    a_place(database, ("Ann", None))
    for hour in (9, 10, 23):
        give_reminders(database, at(13, hour))
    assert told(database) == ["Ann"]

    give_reminders(database, at(19, 9))
    give_reminders(database, at(19, 9))
    assert told(database) == ["Ann", "Ann"]


def test_after_days_of_silence_only_the_latest_is_given_and_after_the_start_none(database):
    a_place(database, ("Ann", None))
    give_reminders(database, at(19, 12))
    give_reminders(database, at(19, 13))
    assert told(database) == ["Ann"]

    other = a_place(database, ("Bo", None))
    give_reminders(database, other.starts_at)
    assert told(database) == ["Ann"]


def test_whoever_registers_after_it_needs_none(database):
    workshop = a_place(database)
    with database.writing() as session:
        state = a_registration_state(workshop, "Late")
        hears(session, events.RegistrationConfirmed(registration=state), now=at(13, 15))

    give_reminders(database, at(13, 16))

    assert told(database) == []
    give_reminders(database, at(19, 9))
    assert told(database) == ["Late"]


@pytest.mark.parametrize("kind", [events.WorkshopCancelled, events.WorkshopPostponed])
def test_what_does_not_take_place_is_not_reminded_of(database, kind):
    workshop = a_place(database, ("Ann", None))
    with database.writing() as session:
        state = "cancelled" if kind is events.WorkshopCancelled else "postponed"
        hears(
            session,
            kind(workshop=replace(workshop, version=3, state=state), reason=""),
            now=LONG_AGO,
        )

    give_reminders(database, at(19, 9))

    assert told(database) == []


def test_a_workshop_that_moves_is_reminded_of_at_its_new_time(database):
    workshop = a_place(database, ("Ann", None))
    give_reminders(database, at(13, 9))
    with database.writing() as session:
        later = replace(
            workshop,
            version=3,
            starts_at=STARTS + timedelta(days=5),
            ends_at=STARTS + timedelta(days=6),
        )
        message = events.WorkshopChanged(workshop=later, changed=("starts_at",))
        hears(session, message, now=at(13, 10))

    give_reminders(database, at(17, 10))
    assert told(database) == ["Ann"]
    give_reminders(database, at(18, 9))
    assert told(database) == ["Ann", "Ann"]


def test_a_cancelled_seat_is_not_reminded_of(database):
    workshop = a_place(database, ("Ann", None))
    with database.writing() as session:
        found = session.scalars(select(AttendanceCopy)).one()
        found.state = "cancelled"
    give_reminders(database, at(13, 9))
    assert (told(database), workshop.state) == ([], "published")


def test_a_nominee_who_has_not_answered_is_reminded_of_the_day_to_answer_by(database):
    workshop = a_place(database)
    with database.writing() as session:
        for name, state in (("Nia", "submitted"), ("Yes", "confirmed"), ("No", "declined")):
            nominee = a_nomination_state(workshop, name, state=state, confirm_by=at(10, 18))
            hears(session, events.NominationSubmitted(nomination=nominee), now=LONG_AGO)

    give_reminders(database, at(7, 9))
    assert told(database, "reminder_confirm") == ["Nia"]
    give_reminders(database, at(9, 9))
    give_reminders(database, at(10, 18))
    assert told(database, "reminder_confirm") == ["Nia", "Nia"]


def test_an_organisation_sets_its_own_days(database):
    workshop = a_place(database, ("Ann", None))
    with database.writing() as session:
        rules = OrganisationRules(
            id=workshop.host_id,
            version=1,
            channels={},
            needs_second_person=False,
            reminders={"start": [2], "confirm": []},
            changed_at=LONG_AGO,
        )
        session.add(rules)

    give_reminders(database, at(13, 9))
    assert told(database) == []
    give_reminders(database, at(18, 9))
    assert told(database) == ["Ann"]


def reminds_by(database, workshop, **reminders):
    with database.writing() as session:
        rules = OrganisationRules(
            id=workshop.host_id,
            version=1,
            channels={},
            needs_second_person=False,
            reminders={"start": [], "confirm": []} | reminders,
            changed_at=LONG_AGO,
        )
        session.add(rules)


def test_hours_before_it_everybody_is_reminded_at_the_same_time_once_and_with_the_way_in(database):
    workshop = a_place(database, ("Ann", None), ("Luz", LIMA))
    reminds_by(database, workshop, start_hours=[24, 2])

    give_reminders(database, STARTS - timedelta(hours=2, minutes=1))
    before = told(database)
    for minutes in (120, 119, 1, -1):
        give_reminders(database, STARTS - timedelta(minutes=minutes))

    assert before == ["Ann", "Luz"]
    assert told(database) == ["Ann", "Ann", "Luz", "Luz"]
    with database.reading() as session:
        facts = session.scalars(select(Notification.facts)).all()
    assert facts[-1]["online_address"] == "https://meet.example/x"


def test_hours_move_with_the_workshop_and_end_with_it(database):
    workshop = a_place(database, ("Ann", None))
    reminds_by(database, workshop, start_hours=[2])
    later = replace(workshop, version=3, starts_at=STARTS + timedelta(hours=6))
    with database.writing() as session:
        hears(session, events.WorkshopChanged(workshop=later, changed=("starts_at",)))

    give_reminders(database, STARTS - timedelta(minutes=30))
    too_early = told(database)
    give_reminders(database, STARTS + timedelta(hours=4, minutes=30))

    assert (too_early, told(database)) == ([], ["Ann"])


@pytest.mark.parametrize(
    "chosen",
    [
        {"digest": "weekly"},
        {"quiet_from": "18:00", "quiet_to": "10:00", "time_zone": TAIPEI},
    ],
    ids=["a digest", "quiet hours"],
)
def test_a_reminder_is_not_held_beyond_what_it_reminds_of(database, chosen):
    workshop = a_place(database, ("Ann", TAIPEI))
    reminds_by(database, workshop, start_hours=[2])
    with database.writing() as session:
        person = session.scalars(select(Recipient.id)).one()
        choose(session, person, chosen, actor="t", now=LONG_AGO)

    give_reminders(database, STARTS - timedelta(hours=2))

    with database.reading() as session:
        query = select(Delivery.state).join(Delivery.notification)
        mail = query.where(Notification.kind == "reminder_start", Delivery.channel == "mail")
        assert session.scalars(mail).one() == "queued"


def test_a_reminder_that_fails_to_commit_is_given_the_next_time(database, monkeypatch):
    a_place(database, ("Ann", None))

    def breaks(*_, **__):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("services.notifications.actions.reminding.tell_people", breaks)
        with pytest.raises(RuntimeError):
            give_reminders(database, at(13, 9))
    with database.reading() as session:
        assert session.scalars(select(ReminderMark)).all() == []

    give_reminders(database, at(13, 9))
    assert told(database) == ["Ann"]


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("Europe/Berlin", datetime(2026, 3, 30, 8, tzinfo=UTC), "2026-03-29T09:00:00+02:00"),
        ("Europe/Berlin", datetime(2026, 3, 29, 8, tzinfo=UTC), "2026-03-28T09:00:00+01:00"),
        ("America/New_York", datetime(2026, 11, 2, 2, tzinfo=UTC), "2026-10-31T09:00:00-04:00"),
        ("Pacific/Apia", datetime(2026, 6, 1, 12, tzinfo=UTC), "2026-06-01T09:00:00+13:00"),
    ],
)
def test_the_clock_on_the_wall_holds_when_it_changes(zone, moment, expected):
    assert reminder_at(moment, 1, zone).isoformat() == expected
    early = reminder_at(moment, 1, zone) - timedelta(seconds=1)
    assert due_reminder(moment, [1], zone, now=early) is None
    assert due_reminder(moment, [7, 1], zone, now=reminder_at(moment, 1, zone)) == 1


def a_post(session, body, recipient, **changes):
    values = {
        "id": new_id(),
        "version": 1,
        "kind": "appointment",
        "role": "focal_point",
        "person_id": recipient.id,
        "organisation_id": body,
        "starts_on": None,
        "ends_on": None,
        "is_over": False,
    }
    session.add(PostCopy(**(values | changes)))


def test_focal_points_in_office_hear_of_seats_that_nobody_is_named_for(session):
    workshop, body = a_published_workshop(session), new_id()
    people = {name: a_recipient(session, name) for name in ("Fay", "Old", "Del", "Off")}
    a_post(session, body, people["Fay"])
    a_post(session, body, people["Fay"])
    a_post(session, body, people["Old"], ends_on=date(2026, 2, 1))
    a_post(session, body, people["Del"], role="delegate")
    a_post(session, new_id(), people["Off"])
    session.flush()

    unused = SeatsUnused(
        workshop_id=workshop.workshop_id,
        organisation_id=body,
        organisation_names={"en": "A body"},
        seats=3,
        until=STARTS,
        days=7,
    )
    hears(session, unused)

    query = select(Notification.name, Delivery.state).join(Delivery)
    query = query.where(Notification.kind == "seats_unused", Delivery.channel == "mail")
    assert session.execute(query).all() == [("Fay", "queued")]


def test_focal_points_hear_who_was_called_up_in_whose_place(session):
    workshop, body = a_published_workshop(session), new_id()
    a_post(session, body, a_recipient(session, "Fay"))
    session.flush()

    state = replace(a_nomination_state(workshop, "Sol"), organisation_id=body, state="registered")
    hears(session, AlternateCalledUp(nomination=state, instead_of="Min"))

    found = session.scalars(select(Notification).filter_by(kind="alternate_called_up")).one()
    facts = read_facts(found.facts)
    said = {each: words_for(found.kind, facts, locale=each, link="") for each in ("en", "zh-Hant")}
    assert found.name == "Fay"
    assert said["en"].subject.startswith("Sol was called up for")
    assert all("Sol" in each.text and "Min" in each.text for each in said.values())
    assert session.get_one(AttendanceCopy, state.nomination_id).state == "registered"

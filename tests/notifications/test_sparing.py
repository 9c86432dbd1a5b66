"""News that can wait comes in the morning of whoever has night, once, and only while it holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from services.notifications.actions.choosing import choose
from services.notifications.actions.claiming import claim
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.releasing import release_due
from services.notifications.gateways.mailer import Result
from services.notifications.model import Delivery, Notification, WorkshopCopy
from services.notifications.model.choices import address_key
from services.notifications.queries.workshop_proof import proof_of
from shared.contracts import events
from tests.notifications.builders import (
    a_published_workshop,
    a_recipient,
    a_registration_state,
    hears,
)

TAIPEI, LIMA = ZoneInfo("Asia/Taipei"), ZoneInfo("America/Lima")
NOON_IN_LIMA = datetime(2026, 3, 9, 12, tzinfo=LIMA)
"""One in the morning of the tenth in Taipei."""
MORNING = datetime(2026, 3, 10, 8, tzinfo=TAIPEI)
STARTS = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)


def a_place(session, *people):
    """A workshop in Taipei; people: (name, time zone of their account, or None for a guest)."""
    workshop = a_published_workshop(session, starts_at=STARTS, ends_at=STARTS + timedelta(hours=8))
    states = []
    for name, zone in people:
        person_id = a_recipient(session, name, time_zone=zone).id if zone else None
        states.append(a_registration_state(workshop, name, person_id=person_id))
        hears(session, events.RegistrationConfirmed(registration=states[-1]))
    send_all(session, now=NOON_IN_LIMA - timedelta(days=1))
    return workshop, states


def changed(workshop, *, version=3, spares_nights=True, fields=("starts_at",), **facts):
    state = replace(workshop, version=version, **facts)
    return events.WorkshopChanged(workshop=state, changed=fields, spares_nights=spares_nights)


def news(session, kind="workshop_changed"):
    """Name → (state, when it is due) of their newest mail of the kind."""
    query = (
        select(Notification.name, Delivery.state, Delivery.due_at)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(Notification.kind == kind, Delivery.channel == "mail")
        .order_by(Delivery.id)
    )
    return {name: (state, due_at) for name, state, due_at in session.execute(query)}


def states(session, kind="workshop_changed"):
    return {name: state for name, (state, _) in news(session, kind).items()}


def send_all(session, *, now):
    claimed = claim(session, now=now, limit=100)
    for each in claimed:
        keep_result(session, each, Result("sent", "250 taken"), now=now)
    return [each.kind for each in claimed]


def test_whoever_is_up_is_told_at_once_and_whoever_sleeps_at_eight(session):
    workshop, _ = a_place(session, ("Ann", None), ("Bo", "America/Lima"), ("Cy", "Asia/Taipei"))

    later = STARTS + timedelta(days=1)
    hears(session, changed(workshop, starts_at=later), now=NOON_IN_LIMA)

    assert news(session) == {
        "Ann": ("held", MORNING),
        "Bo": ("queued", NOON_IN_LIMA),
        "Cy": ("held", MORNING),
    }
    assert release_due(session, now=MORNING - timedelta(seconds=1)) == 0
    release_due(session, now=MORNING)
    assert set(states(session).values()) == {"queued"}


def test_without_the_wish_to_spare_nights_all_are_told_at_once(session):
    workshop, _ = a_place(session, ("Cy", "Asia/Taipei"))

    hears(session, changed(workshop, spares_nights=False), now=NOON_IN_LIMA)

    assert states(session) == {"Cy": "queued"}


def test_the_time_zone_and_quiet_hours_that_somebody_chose_count(session):
    workshop, _ = a_place(session, ("Ann", None), ("Cy", "Asia/Taipei"))
    late = {"quiet_from": "21:00", "quiet_to": "09:30", "time_zone": "Asia/Taipei"}
    choose(session, address_key("ann@people.example"), late, actor="t", now=NOON_IN_LIMA)
    [cy] = session.scalars(select(Notification.person_id).where(Notification.name == "Cy"))
    choose(session, cy, {"time_zone": "America/Lima"}, actor="t", now=NOON_IN_LIMA)

    hears(session, changed(workshop), now=NOON_IN_LIMA)

    half_past_nine = MORNING + timedelta(minutes=90)
    assert news(session) == {"Ann": ("held", half_past_nine), "Cy": ("queued", NOON_IN_LIMA)}


@pytest.mark.parametrize("fact", ["the new start", "the old start"])
def test_nobody_sleeps_through_what_begins_soon(session, fact):
    workshop, _ = a_place(session, ("Cy", "Asia/Taipei"))
    soon = MORNING + timedelta(hours=11)
    if fact == "the old start":
        hears(session, changed(workshop, starts_at=soon, fields=()), now=NOON_IN_LIMA)
        send_all(session, now=NOON_IN_LIMA)
        soon = STARTS

    hears(session, changed(workshop, version=4, starts_at=soon), now=NOON_IN_LIMA)

    assert states(session) == {"Cy": "queued"}


def test_whoever_slept_through_two_changes_gets_one_mail_of_both(session):
    workshop, _ = a_place(session, ("Cy", "Asia/Taipei"))
    later = STARTS + timedelta(days=1)
    hears(session, changed(workshop, starts_at=later), now=NOON_IN_LIMA)
    elsewhere = {"venue": events.Venue(mode="online", url="https://meet.example/y")}

    second = changed(workshop, version=4, starts_at=later, fields=("venue",), **elsewhere)
    hears(session, second, now=NOON_IN_LIMA + timedelta(hours=1))
    release_due(session, now=MORNING)

    facts = session.scalars(
        select(Notification.facts).where(Notification.kind == "workshop_changed")
    ).all()
    assert sorted(facts[-1]["changed"]) == ["starts_at", "venue"]
    assert send_all(session, now=MORNING) == ["workshop_changed"]
    told = select(Delivery.state).join(Delivery.notification).where(Delivery.channel == "mail")
    moved = told.where(Notification.kind == "workshop_changed")
    assert list(session.scalars(moved)) == ["sent", "sent"]


def test_whoever_slept_hears_of_the_cancellation_alone_and_the_proof_adds_up(session):
    workshop, _ = a_place(session, ("Cy", "Asia/Taipei"))
    hears(session, changed(workshop), now=NOON_IN_LIMA)
    gone = replace(workshop, version=4, state="cancelled")

    cancelled = events.WorkshopCancelled(workshop=gone, reason="storm")
    hears(session, cancelled, now=NOON_IN_LIMA + timedelta(hours=1))
    kinds = send_all(session, now=NOON_IN_LIMA + timedelta(hours=1))
    release_due(session, now=MORNING)

    assert kinds == ["workshop_cancelled"]
    assert send_all(session, now=MORNING) == []
    assert states(session) == {"Cy": "sent"}
    proof = proof_of(session, session.get_one(WorkshopCopy, workshop.workshop_id))
    assert {kind: counts["sent"] for kind, counts in proof.by_kind.items()} == {
        "registration_confirmed": 1,
        "workshop_changed": 1,
        "workshop_cancelled": 1,
    }


def test_whoever_cancels_in_the_night_is_not_told_in_the_morning(session):
    workshop, [state] = a_place(session, ("Cy", "Asia/Taipei"))
    hears(session, changed(workshop), now=NOON_IN_LIMA)
    left = replace(state, version=2, state="cancelled")
    hears(session, events.RegistrationCancelled(registration=left, reason=""), now=NOON_IN_LIMA)

    release_due(session, now=MORNING)

    assert states(session) == {"Cy": "cancelled"}


def test_a_new_date_can_wait_for_the_morning_too(session):
    workshop, _ = a_place(session, ("Cy", "Asia/Taipei"))
    put_off = replace(workshop, version=3, state="postponed")
    hears(session, events.WorkshopPostponed(workshop=put_off, reason=""), now=NOON_IN_LIMA)
    again = replace(workshop, version=4, starts_at=STARTS + timedelta(days=3))

    rescheduled = events.WorkshopRescheduled(workshop=again, reason="", spares_nights=True)
    hears(session, rescheduled, now=NOON_IN_LIMA)

    assert states(session, "workshop_postponed") == {"Cy": "queued"}
    assert news(session, "workshop_rescheduled") == {"Cy": ("held", MORNING)}

"""Bodies hear of seats that nobody is named for, before these go back."""

from datetime import timedelta

import pytest

from services.events.actions.reminding import remind_bodies, workshops_to_remind_of
from shared.contracts.events_allotments import SeatsUnused
from shared.messaging.outbox import told_in
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_draft,
    a_nomination,
    a_workshop,
    an_organisation,
    gives_seats,
)

RELEASE = IN_A_MONTH - timedelta(days=10)


@pytest.fixture
def body_id(session):
    return an_organisation(session, "The manufacturers")


@pytest.fixture
def workshop(session, body_id):
    made = a_workshop(session, seats=9)
    gives_seats(session, made, body_id, 2, release_at=RELEASE)
    return made


def reminds(session, workshop, days, hours=0):
    now = RELEASE - timedelta(days=days, hours=hours)
    if workshop.id not in workshops_to_remind_of(session, now=now):
        return []
    before = len(told_in(session))
    remind_bodies(session, workshop.id, now=now)
    return [each for each in told_in(session)[before:] if isinstance(each, SeatsUnused)]


def test_a_body_is_reminded_a_week_and_a_day_before_once_each(session, workshop, body_id):
    assert reminds(session, workshop, 8) == []
    (first,) = reminds(session, workshop, 7)
    assert (first.organisation_id, first.seats, first.until, first.days) == (
        *(body_id, 2, RELEASE),
        7,
    )
    assert reminds(session, workshop, 6) == []
    (second,) = reminds(session, workshop, 1)
    assert second.days == 1
    assert reminds(session, workshop, 0, hours=1) == []
    assert reminds(session, workshop, 0) == []


def test_a_body_whose_seats_are_all_named_is_not_reminded(session, workshop, body_id):
    for name in ("Min", "Jun"):
        a_nomination(session, workshop, body_id, name)
    assert reminds(session, workshop, 7) == []


def test_another_release_date_is_reminded_of_anew(session, workshop, body_id):
    assert len(reminds(session, workshop, 1)) == 1
    gives_seats(session, workshop, body_id, 2, release_at=RELEASE + timedelta(days=5))
    assert len(reminds(session, workshop, 1)) == 1


def test_the_day_to_name_people_by_counts_where_it_is_earlier(session, body_id):
    nominate_by = RELEASE - timedelta(days=3)
    made = a_workshop(session, seats=9, nominate_by=nominate_by)
    gives_seats(session, made, body_id, 2, release_at=RELEASE)

    (told,) = reminds(session, made, 7)

    assert told.until == nominate_by


def test_a_draft_reminds_nobody(session, body_id):
    made = a_draft(session, seats=9)
    gives_seats(session, made, body_id, 2, release_at=RELEASE)
    assert workshops_to_remind_of(session, now=NOW) == []

"""What the clock does to a workshop, and what changes of its dates undo."""

from datetime import timedelta

import pytest

from services.events.actions.failures import RegistrationClosed
from services.events.actions.scheduling import (
    change_workshop,
    close,
    move_on,
    workshops_to_move_on,
)
from shared.contracts.events import WorkshopClosed, WorkshopPublished
from shared.messaging.outbox import told_in
from tests.events.builders import IN_A_MONTH, a_workshop, comes

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.fixture
def closing(session):
    """A workshop whose registration closes a week before it begins."""
    return a_workshop(session, closes_at=IN_A_MONTH - WEEK)


def told_since(session, before):
    return [type(each) for each in told_in(session)[before:]]


def test_registration_is_closed_at_its_date_and_told_once(session, closing):
    late, before = IN_A_MONTH - WEEK, len(told_in(session))
    assert workshops_to_move_on(session, now=late - HOUR) == []

    assert workshops_to_move_on(session, now=late) == [closing.id]
    for _ in range(2):
        move_on(session, closing.id, now=late)

    assert closing.state == "closed"
    assert told_since(session, before) == [WorkshopClosed]
    assert workshops_to_move_on(session, now=late) == []


def test_a_later_date_opens_it_again(session, closing):
    late = IN_A_MONTH - WEEK + HOUR
    move_on(session, closing.id, now=late)
    with pytest.raises(RegistrationClosed):
        comes(session, closing, "Ann", now=late)
    before = len(told_in(session))

    later = {"closes_at": IN_A_MONTH - 2 * HOUR}
    change_workshop(session, closing, later, actor="organizer", now=late)

    assert closing.state == "published"
    assert told_since(session, before) == [WorkshopPublished]
    assert comes(session, closing, "Ann", now=late).registration.state == "confirmed"


def test_what_was_closed_by_hand_stays_closed(session, closing, now):
    close(session, closing, actor="organizer", now=now)

    later = {"closes_at": IN_A_MONTH - 2 * HOUR}
    change_workshop(session, closing, later, actor="organizer", now=now)

    assert closing.state == "closed"


def test_one_without_a_closing_date_runs_from_its_start(session):
    workshop = a_workshop(session)

    move_on(session, workshop.id, now=workshop.starts_at)

    assert workshop.state == "running"


def test_after_both_moments_it_has_been_closed_and_runs(session, closing):
    before = len(told_in(session))

    move_on(session, closing.id, now=closing.starts_at)

    assert closing.state == "running"
    assert told_since(session, before) == [WorkshopClosed]

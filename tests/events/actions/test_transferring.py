"""Giving unused seats to another body."""

from datetime import timedelta

import pytest

from services.events.actions.allotting import release_allotment
from services.events.actions.failures import AllotmentUsedUp
from services.events.actions.scheduling import postpone
from services.events.actions.seats import find_allotment
from services.events.actions.transferring import transfer_seats
from shared.foundation.failures import Invalid
from tests.events.builders import (
    NOW,
    a_nomination,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)


def two_bodies(session, *, seats=9, giver=3, taken=0):
    workshop = a_workshop(session, seats=seats, taken=taken)
    bodies = an_organisation(session, "A"), an_organisation(session, "B")
    gives_seats(session, workshop, bodies[0], giver, release_at=NOW + timedelta(days=9))
    return workshop, *bodies


def test_unused_seats_go_over_with_their_release_date(session):
    workshop, giver, taker = two_bodies(session)
    a_nomination(session, workshop, giver, "Ann")

    left = transfer_seats(session, workshop, giver, taker, 2, actor="test", now=NOW)

    got = find_allotment(session, workshop.id, taker)
    assert (left.seats, left.unused, got.seats) == (1, 0, 2)
    assert got.release_at == left.release_at
    assert seats_of(session, workshop) == {"held": 1, "allotted": 2, "free": 6}


def test_a_used_seat_is_not_given(session):
    workshop, giver, taker = two_bodies(session)
    a_nomination(session, workshop, giver, "Ann")

    with pytest.raises(AllotmentUsedUp, match="2 unused seats"):
        transfer_seats(session, workshop, giver, taker, 3, actor="test", now=NOW)
    with pytest.raises(Invalid):
        transfer_seats(session, workshop, giver, giver, 1, actor="test", now=NOW)


def test_seats_are_not_given_where_they_were_released(session):
    workshop, giver, taker = two_bodies(session)
    gives_seats(session, workshop, taker, 1)
    release_allotment(session, workshop.id, taker, now=NOW)

    with pytest.raises(AllotmentUsedUp, match="released"):
        transfer_seats(session, workshop, giver, taker, 1, actor="test", now=NOW)


def test_who_waits_for_the_body_that_gets_seats_is_offered_one(session):
    workshop, giver, taker = two_bodies(session, seats=3)
    waiting = comes(session, workshop, "Ben", organisation_id=taker).registration
    assert waiting.state == "waiting"

    transfer_seats(session, workshop, giver, taker, 2, actor="test", now=NOW)

    assert waiting.state == "offered"
    assert seats_of(session, workshop) == {"offered": 1, "allotted": 2}


def test_seats_are_transferred_while_the_workshop_is_postponed(session):
    workshop, giver, taker = two_bodies(session)
    postpone(session, workshop, actor="test", now=NOW)

    transfer_seats(session, workshop, giver, taker, 1, actor="test", now=NOW)

    assert find_allotment(session, workshop.id, taker).seats == 1

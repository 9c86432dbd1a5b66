"""A nominee who leaves a seat is followed by the body's first alternate, before anybody else."""

from datetime import timedelta

import pytest

from services.events.actions.allotting import keep_due_dates
from services.events.actions.confirming import confirm
from services.events.actions.forgetting import forget_person
from services.events.actions.nominating import decline, find_registration, withdraw
from services.events.actions.registering import cancel_registration
from services.events.model import Registration
from shared.contracts.events import RegistrationConfirmed
from shared.contracts.events_allotments import AlternateCalledUp
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from tests.events.builders import (
    IN_A_MONTH,
    a_nomination,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)

ACTOR = {"actor": "test"}


@pytest.fixture
def body_id(session):
    return an_organisation(session, "The manufacturers")


@pytest.fixture
def workshop(session, body_id):
    """Two seats: one the body's, the other taken; one of its own people waits in line."""
    made = a_workshop(session, seats=2, taken=1)
    gives_seats(session, made, body_id, 1, alternates=2)
    return made


def standing_by(session, workshop, body_id, now, *names):
    made = [a_nomination(session, workshop, body_id, name, role="alternate") for name in names]
    for each in made:
        confirm(session, each, actor="link", now=now)
    return made


def declines(session, nominee, now):
    decline(session, nominee, now=now, **ACTOR)


def is_withdrawn(session, nominee, now):
    confirm(session, nominee, now=now, **ACTOR)
    withdraw(session, nominee, now=now, **ACTOR)


def cancels(session, nominee, now):
    confirm(session, nominee, now=now, **ACTOR)
    cancel_registration(session, find_registration(session, nominee), now=now, **ACTOR)


def lapses(session, nominee, now):
    keep_due_dates(session, nominee.workshop_id, now=nominee.confirm_by)


def is_erased(session, nominee, now):
    who = Forgotten(new_id(), nominee.email, (nominee.name,), True)
    forget_person(session, who, now=now)


@pytest.mark.parametrize("leaves", [declines, is_withdrawn, cancels, lapses, is_erased])
def test_the_first_alternate_takes_a_seat_that_was_left_before_the_line_does(
    session, workshop, body_id, now, leaves
):
    nominee = a_nomination(session, workshop, body_id, "Min")
    own = comes(session, workshop, "Own", organisation_id=body_id).registration
    first, second = standing_by(session, workshop, body_id, now, "Fay", "Sol")

    leaves(session, nominee, now)

    assert (first.state, first.role, second.state) == ("registered", "member", "confirmed")
    assert find_registration(session, first).seat_of == body_id
    assert nominee.substituted_by == first.id
    assert own.state == "waiting"
    assert seats_of(session, workshop) == {"confirmed": 2, "waiting": 1}
    told = [each for each in told_in(session) if isinstance(each, AlternateCalledUp)]
    left = "" if leaves is is_erased else "Min"
    assert [(each.nomination.name, each.instead_of) for each in told] == [("Fay", left)]
    seated = [each for each in told_in(session) if isinstance(each, RegistrationConfirmed)]
    assert seated[-1].registration.name == "Fay"


def test_alternates_follow_each_other_in_the_order_of_naming_and_then_the_line(
    session, workshop, body_id, now
):
    nominee = a_nomination(session, workshop, body_id, "Min")
    own = comes(session, workshop, "Own", organisation_id=body_id).registration
    first, second = standing_by(session, workshop, body_id, now, "Fay", "Sol")

    for each in (nominee, first, second):
        decline_or_withdraw = decline if each.state == "submitted" else withdraw
        decline_or_withdraw(session, each, now=now, **ACTOR)

    assert own.state == "offered"
    assert seats_of(session, workshop) == {"confirmed": 1, "offered": 1}


def test_nobody_is_called_up_who_has_not_confirmed_or_while_no_seat_was_left(
    session, workshop, body_id, now
):
    a_nomination(session, workshop, body_id, "Fay", role="alternate")
    (second,) = standing_by(session, workshop, body_id, now, "Sol")
    assert second.state == "confirmed"
    assert seats_of(session, workshop) == {"confirmed": 1, "allotted": 1}

    nominee = a_nomination(session, workshop, body_id, "Min")
    decline(session, nominee, now=now, **ACTOR)

    assert second.state == "registered"


def test_nobody_is_called_up_when_it_is_too_late_or_the_seats_were_released(session, body_id, now):
    late = a_workshop(session, seats=2, substitute_by=now + timedelta(days=1))
    released = a_workshop(session, seats=2)
    for workshop in (late, released):
        release_at = IN_A_MONTH - timedelta(days=1)
        gives_seats(session, workshop, body_id, 1, alternates=1, release_at=release_at)
        nominee = a_nomination(session, workshop, body_id, "Min")
        confirm(session, nominee, now=now, **ACTOR)
        (stand_in,) = standing_by(session, workshop, body_id, now, "Fay")
        at = now + timedelta(days=2) if workshop is late else release_at
        keep_due_dates(session, workshop.id, now=at)
        withdraw(session, nominee, now=at, **ACTOR)
        assert stand_in.state == "confirmed"

    assert seats_of(session, late) == {"allotted": 1, "free": 1}
    assert seats_of(session, released) == {"free": 2}


def test_an_alternate_who_had_a_seat_of_the_pool_gives_it_to_the_line(
    session, workshop, body_id, now
):
    nominee = a_nomination(session, workshop, body_id, "Min")
    (first,) = standing_by(session, workshop, body_id, now, "Early 0")
    theirs = session.query(Registration).one()
    first.email, first.email_key = theirs.email, theirs.email_key
    waiting = comes(session, workshop, "Next").registration

    decline(session, nominee, now=now, **ACTOR)

    assert find_registration(session, first) is theirs
    assert waiting.state == "offered"
    assert seats_of(session, workshop) == {"confirmed": 1, "offered": 1}

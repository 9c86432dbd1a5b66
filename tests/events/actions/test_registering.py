"""Registering, with seats and without."""

from datetime import timedelta

import pytest

from services.events.actions.failures import NotEnoughSeats, RegistrationClosed, WrongState
from services.events.actions.registering import (
    approve,
    as_it_is,
    cancel_registration,
    claim_registrations,
    reject,
)
from services.events.actions.scheduling import (
    cancel_workshop,
    change_workshop,
    close,
    postpone,
)
from services.events.model import Registration, Transition
from shared.contracts import events
from shared.foundation.ids import new_id
from shared.messaging.outbox import told_in
from tests.events.builders import (
    IN_A_MONTH,
    a_draft,
    a_workshop,
    an_organisation,
    comes,
    seats_of,
)


def test_whoever_comes_while_seats_are_free_has_one(session):
    workshop = a_workshop(session, seats=2)

    found = comes(session, workshop, "Ann")

    assert found.registration.state == "confirmed"
    assert seats_of(session, workshop) == {"confirmed": 1, "free": 1}
    assert isinstance(told_in(session)[-1], events.RegistrationConfirmed)


def test_a_full_workshop_puts_the_attendee_on_the_waiting_list(session):
    workshop = a_workshop(session, seats=1, taken=1)

    found = comes(session, workshop, "Ben")

    assert (found.registration.state, found.place) == ("waiting", 1)
    message = told_in(session)[-1]
    assert isinstance(message, events.RegistrationQueued)
    assert message.registration.place == 1


def test_places_in_line_count_from_one_and_are_distinct(session):
    workshop = a_workshop(session, seats=1, taken=1)

    places = [comes(session, workshop, name).place for name in ("Ben", "Cho", "Dee")]

    assert places == [1, 2, 3]


def test_asking_twice_answers_the_first_registration(session):
    workshop = a_workshop(session, seats=5)
    first = comes(session, workshop, "Ann Lee")

    second = comes(session, workshop, "ann  LEE", email="ANN.lee@people.example")

    assert second.registration is first.registration
    assert not second.is_new
    assert seats_of(session, workshop) == {"confirmed": 1, "free": 4}


def test_another_name_at_a_shared_office_address_is_another_person(session):
    workshop = a_workshop(session, seats=5)
    comes(session, workshop, "Ann", email="office@body.example")

    other = comes(session, workshop, "Ben", email="office@body.example")

    assert other.is_new
    assert seats_of(session, workshop)["confirmed"] == 2


def test_who_cancelled_may_come_again(session):
    workshop = a_workshop(session, seats=1)
    first = comes(session, workshop, "Ann").registration
    cancel_registration(session, first, actor="link", now=workshop.created_at)

    again = comes(session, workshop, "Ann")

    assert again.is_new
    assert again.registration.state == "confirmed"


@pytest.mark.parametrize(
    ("step", "said"),
    [(close, "closed"), (postpone, "postponed"), (cancel_workshop, "cancelled")],
)
def test_a_workshop_that_takes_nobody_says_why(session, step, said):
    workshop = a_workshop(session)
    step(session, workshop, actor="test", now=workshop.created_at)

    with pytest.raises(RegistrationClosed, match=said):
        comes(session, workshop, "Ann")


def test_an_unpublished_workshop_says_so(session):
    workshop = a_draft(session)

    with pytest.raises(RegistrationClosed, match="not published"):
        comes(session, workshop, "Ann")


def test_registration_ends_at_its_closing_time_at_the_latest_at_the_start(session, now):
    early = a_workshop(session, closes_at=now + timedelta(days=1))
    late = a_workshop(session)

    with pytest.raises(RegistrationClosed):
        comes(session, early, "Ann", now=now + timedelta(days=1))
    with pytest.raises(RegistrationClosed):
        comes(session, late, "Ann", now=IN_A_MONTH)


def test_registration_does_not_begin_before_it_opens(session, now):
    workshop = a_workshop(session, opens_at=now + timedelta(days=2))

    with pytest.raises(RegistrationClosed, match="opens at"):
        comes(session, workshop, "Ann", now=now + timedelta(days=1))


def test_a_workshop_by_approval_holds_the_seat_until_the_organizer_answers(session, now):
    workshop = a_workshop(session, seats=1, mode="approval")

    found = comes(session, workshop, "Ann").registration

    assert found.state == "pending"
    assert seats_of(session, workshop) == {"held": 1}
    approve(session, found, actor="organizer", now=now)
    assert found.state == "confirmed"
    assert seats_of(session, workshop) == {"confirmed": 1}


def test_a_rejected_registration_gives_its_seat_to_the_next(session, now):
    workshop = a_workshop(session, seats=1, mode="approval")
    first = comes(session, workshop, "Ann").registration
    second = comes(session, workshop, "Ben").registration

    reject(session, first, actor="organizer", now=now, reason="no room")

    assert (first.state, second.state) == ("rejected", "pending")
    assert seats_of(session, workshop) == {"held": 1}


def test_a_confirmed_registration_can_not_be_approved_into_another_seat(session, now):
    workshop = a_workshop(session, seats=3)
    found = comes(session, workshop, "Ann").registration

    approve(session, found, actor="organizer", now=now)

    assert seats_of(session, workshop) == {"confirmed": 1, "free": 2}


def test_a_cancelled_registration_can_not_be_approved(session, now):
    workshop = a_workshop(session, seats=3)
    found = comes(session, workshop, "Ann").registration
    cancel_registration(session, found, actor="link", now=now)

    with pytest.raises(WrongState, match="cancelled"):
        approve(session, found, actor="organizer", now=now)


def test_cancelling_twice_gives_one_seat_back(session, now):
    workshop = a_workshop(session, seats=2)
    found = comes(session, workshop, "Ann").registration

    for _ in range(2):
        cancel_registration(session, found, actor="link", now=now)

    assert seats_of(session, workshop) == {"free": 2}


def test_the_history_keeps_who_when_why_and_what_it_was_before(session, now):
    workshop = a_workshop(session, seats=2)
    found = comes(session, workshop, "Ann").registration
    cancel_registration(session, found, actor="link", now=now, reason="ill")
    session.flush()

    steps = session.query(Transition).filter_by(subject_id=found.id).all()

    kept = [(step.before, step.after, step.actor, step.reason) for step in steps]
    assert kept == [(None, "confirmed", "guest", ""), ("confirmed", "cancelled", "link", "ill")]


def test_capacity_can_not_go_below_what_is_taken(session, now):
    workshop = a_workshop(session, seats=3, taken=2)

    with pytest.raises(NotEnoughSeats, match="2 seats are taken"):
        change_workshop(session, workshop, {"capacity": 1}, actor="test", now=now)


def test_a_larger_workshop_serves_the_line_in_turn(session, now):
    workshop = a_workshop(session, seats=1, taken=1)
    line = [comes(session, workshop, name).registration for name in ("Ben", "Cho", "Dee")]

    change_workshop(session, workshop, {"capacity": 3}, actor="test", now=now)

    assert [each.state for each in line] == ["offered", "offered", "waiting"]
    assert as_it_is(session, line[2]).place == 1
    assert seats_of(session, workshop) == {"confirmed": 1, "offered": 2, "waiting": 1}


def test_guest_registrations_of_a_confirmed_address_become_the_accounts(session, now):
    workshop = a_workshop(session)
    found = comes(session, workshop, "Ann", email="ann@people.example").registration
    person_id = new_id()

    count = claim_registrations(session, person_id, "Ann@people.example", now=now)

    assert count == 1
    assert session.get_one(Registration, found.id).person_id == person_id


def test_an_attendee_may_name_their_organisation(session):
    body_id = an_organisation(session)
    workshop = a_workshop(session, seats=1)

    found = comes(session, workshop, "Ann", organisation_id=body_id)

    assert found.registration.organisation_id == body_id

"""Nominations within allotments: submit, confirm, decline, substitute, lapse, release."""

from datetime import timedelta

import pytest

from services.events.actions.allotting import allot, keep_due_dates, workshops_with_due_dates
from services.events.actions.confirming import confirm, substitute
from services.events.actions.failures import AllotmentUsedUp, NotEnoughSeats, WrongState
from services.events.actions.nominating import Nominee, decline, find_registration, withdraw
from services.events.actions.registering import cancel_registration
from services.events.actions.scheduling import cancel_workshop
from shared.contracts import events
from shared.foundation.failures import Conflict, Invalid
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


@pytest.fixture
def body_id(session):
    return an_organisation(session, "The manufacturers")


@pytest.fixture
def workshop(session, body_id):
    """Five seats, two of them the body's, released two weeks before the start."""
    made = a_workshop(session, seats=5)
    release_at = IN_A_MONTH - timedelta(days=14)
    gives_seats(session, made, body_id, 2, alternates=1, release_at=release_at)
    return made


def test_a_nomination_holds_one_of_the_bodys_seats(session, workshop, body_id):
    a_nomination(session, workshop, body_id, "Min")

    assert seats_of(session, workshop) == {"held": 1, "allotted": 1, "free": 3}
    assert isinstance(told_in(session)[-1], events.NominationSubmitted)


def test_a_body_can_not_name_more_people_than_it_has_seats(session, workshop, body_id):
    for name in ("Min", "Jun"):
        a_nomination(session, workshop, body_id, name)

    with pytest.raises(AllotmentUsedUp, match="All seats of your body are used"):
        a_nomination(session, workshop, body_id, "Sol")


def test_a_body_without_an_allotment_can_not_nominate(session, workshop):
    other = an_organisation(session, "Another")

    with pytest.raises(AllotmentUsedUp, match="no seats"):
        a_nomination(session, workshop, other, "Min")


def test_a_confirmed_nominee_is_registered(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")

    confirm(session, nomination, actor="link", now=now)

    assert nomination.state == "registered"
    registration = find_registration(session, nomination)
    assert (registration.state, registration.organisation_id) == ("confirmed", body_id)
    assert seats_of(session, workshop) == {"confirmed": 1, "allotted": 1, "free": 3}


def test_confirming_twice_is_one_seat(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")

    for _ in range(2):
        confirm(session, nomination, actor="link", now=now)

    assert seats_of(session, workshop) == {"confirmed": 1, "allotted": 1, "free": 3}


def test_a_declined_nominations_seat_goes_back_to_the_body(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")

    decline(session, nomination, actor="link", now=now)

    assert seats_of(session, workshop) == {"allotted": 2, "free": 3}
    with pytest.raises(WrongState, match="declined"):
        confirm(session, nomination, actor="link", now=now)


def test_withdrawing_a_registered_nominee_takes_the_seat_back(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")
    confirm(session, nomination, actor="link", now=now)

    withdraw(session, nomination, actor="focal", now=now, reason="left")

    assert find_registration(session, nomination) is None
    assert seats_of(session, workshop) == {"allotted": 2, "free": 3}


def test_a_nominee_who_cancels_gives_the_seat_back_to_the_body(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")
    confirm(session, nomination, actor="link", now=now)

    cancel_registration(session, find_registration(session, nomination), actor="link", now=now)

    assert nomination.state == "declined"
    assert seats_of(session, workshop) == {"allotted": 2, "free": 3}


def test_a_nominee_who_had_registered_alone_gives_the_pool_its_seat_back(
    session, workshop, body_id, now
):
    comes(session, workshop, "Min", email="min@body.example")
    nomination = a_nomination(session, workshop, body_id, "Min")

    confirm(session, nomination, actor="link", now=now)

    assert seats_of(session, workshop) == {"confirmed": 1, "allotted": 1, "free": 3}


def test_a_nominee_who_was_waiting_leaves_the_line(session, body_id, now):
    workshop = a_workshop(session, seats=2, taken=1)
    gives_seats(session, workshop, body_id, 1)
    comes(session, workshop, "Min", email="min@body.example")
    nomination = a_nomination(session, workshop, body_id, "Min")

    confirm(session, nomination, actor="link", now=now)

    assert seats_of(session, workshop) == {"confirmed": 2}


def test_the_same_person_is_named_once_and_by_one_body(session, workshop, body_id):
    first = a_nomination(session, workshop, body_id, "Min")
    other = an_organisation(session, "Another")

    again = a_nomination(session, workshop, body_id, "MIN")

    assert again is first
    with pytest.raises(Conflict, match="nominated already"):
        a_nomination(session, workshop, other, "Min")


def test_two_nominees_may_share_an_office_address(session, workshop, body_id):
    for name in ("Min", "Jun"):
        a_nomination(session, workshop, body_id, name, email="office@body.example")

    assert seats_of(session, workshop)["held"] == 2


def test_a_substitute_takes_the_seat_and_is_asked(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")
    confirm(session, nomination, actor="link", now=now)

    successor = substitute(
        session,
        nomination,
        Nominee(name="Jun", email="jun@body.example"),
        actor="focal",
        nominated_by=None,
        now=now,
    )

    assert (nomination.state, nomination.substituted_by) == ("substituted", successor.id)
    assert successor.state == "submitted"
    assert seats_of(session, workshop) == {"held": 1, "allotted": 1, "free": 3}


def test_a_seat_can_be_substituted_after_unused_ones_were_released(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")
    confirm(session, nomination, actor="link", now=now)
    released_at = IN_A_MONTH - timedelta(days=14)
    keep_due_dates(session, workshop.id, now=released_at)

    successor = substitute(
        session,
        nomination,
        Nominee(name="Jun", email="jun@body.example"),
        actor="focal",
        nominated_by=None,
        now=released_at,
    )
    confirm(session, successor, actor="link", now=released_at)

    assert seats_of(session, workshop) == {"confirmed": 1, "free": 4}


def test_the_first_confirmed_alternate_is_called_up(session, workshop, body_id, now):
    head = a_nomination(session, workshop, body_id, "Min", role="head")
    alternate = a_nomination(session, workshop, body_id, "Jun", role="alternate")
    confirm(session, alternate, actor="link", now=now)

    successor = substitute(session, head, None, actor="focal", nominated_by=None, now=now)

    assert successor is alternate
    assert alternate.state == "registered"
    assert seats_of(session, workshop) == {"confirmed": 1, "allotted": 1, "free": 3}


def test_without_an_alternate_a_substitute_must_be_named(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")

    with pytest.raises(Invalid, match="Name the person"):
        substitute(session, nomination, None, actor="focal", nominated_by=None, now=now)


def test_a_body_names_no_more_alternates_than_it_may(session, workshop, body_id):
    a_nomination(session, workshop, body_id, "Jun", role="alternate")

    with pytest.raises(AllotmentUsedUp, match="1 alternates"):
        a_nomination(session, workshop, body_id, "Sol", role="alternate")


def test_a_nomination_that_nobody_confirms_lapses(session, workshop, body_id):
    nomination = a_nomination(session, workshop, body_id, "Min")

    assert workshops_with_due_dates(session, now=nomination.confirm_by) == [workshop.id]
    keep_due_dates(session, workshop.id, now=nomination.confirm_by)

    assert nomination.state == "lapsed"
    assert seats_of(session, workshop) == {"allotted": 2, "free": 3}


def test_unused_seats_return_to_the_pool_at_the_release_date(session, body_id):
    workshop = a_workshop(session, seats=3)
    release_at = IN_A_MONTH - timedelta(days=14)
    gives_seats(session, workshop, body_id, 3, release_at=release_at)
    waiting = comes(session, workshop, "Ann").registration

    keep_due_dates(session, workshop.id, now=release_at)

    assert waiting.state == "offered"
    assert seats_of(session, workshop) == {"offered": 1, "free": 2}
    with pytest.raises(AllotmentUsedUp, match="released"):
        a_nomination(session, workshop, body_id, "Min")


@pytest.mark.parametrize(
    "release_at", [IN_A_MONTH + timedelta(seconds=1), IN_A_MONTH.replace(year=2025)]
)
def test_a_release_after_the_start_or_in_the_past_is_refused(session, workshop, release_at, now):
    with pytest.raises(Invalid) as refused:
        allot(
            session,
            workshop,
            workshop.host_id,
            seats=1,
            alternates=0,
            release_at=release_at,
            now=now,
        )

    assert refused.value.faults[0].pointer == "/release_at"


def test_no_more_seats_are_allotted_than_the_pool_has(session, workshop, now):
    other = an_organisation(session, "Another")

    with pytest.raises(NotEnoughSeats, match="3 free seats"):
        gives_seats(session, workshop, other, 4)


def test_an_allotment_keeps_the_seats_that_are_used(session, workshop, body_id):
    a_nomination(session, workshop, body_id, "Min")

    with pytest.raises(NotEnoughSeats, match="1 of these seats are used"):
        gives_seats(session, workshop, body_id, 0)


def test_nobody_is_nominated_to_a_cancelled_workshop(session, workshop, body_id, now):
    cancel_workshop(session, workshop, actor="test", now=now)

    with pytest.raises(WrongState, match="cancelled"):
        a_nomination(session, workshop, body_id, "Min")


def test_nobody_is_substituted_by_a_person_who_has_a_seat(session, now):
    workshop, body = a_workshop(session, seats=9), an_organisation(session)
    gives_seats(session, workshop, body, 2)
    first, second = (a_nomination(session, workshop, body, name) for name in ("Ann", "Ben"))
    again = Nominee(name="Ben", email="ben@body.example")

    with pytest.raises(Conflict, match="seat already"):
        substitute(session, first, again, actor="test", nominated_by=None, now=now)
    assert second.has_seat


def test_a_nomination_is_not_confirmed_past_its_time_though_no_timer_has_looked(
    session, workshop, body_id
):
    nomination = a_nomination(session, workshop, body_id, "Min")

    with pytest.raises(WrongState, match="until"):
        confirm(session, nomination, actor="link", now=nomination.confirm_by)

    assert seats_of(session, workshop) == {"held": 1, "allotted": 1, "free": 3}


def test_nobody_confirms_or_is_substituted_at_a_cancelled_workshop(session, workshop, body_id, now):
    nomination = a_nomination(session, workshop, body_id, "Min")
    cancel_workshop(session, workshop, actor="test", now=now)
    jun = Nominee(name="Jun", email="jun@body.example")

    with pytest.raises(WrongState, match="cancelled"):
        confirm(session, nomination, actor="link", now=now)
    with pytest.raises(WrongState, match="cancelled"):
        substitute(session, nomination, jun, actor="focal", nominated_by=None, now=now)


def test_without_a_cut_off_nobody_is_substituted_once_the_workshop_has_begun(
    session, workshop, body_id, now
):
    nomination = a_nomination(session, workshop, body_id, "Min")
    confirm(session, nomination, actor="link", now=now)
    jun = Nominee(name="Jun", email="jun@body.example")

    with pytest.raises(WrongState, match="after"):
        substitute(session, nomination, jun, actor="focal", nominated_by=None, now=IN_A_MONTH)


def test_of_a_cancelled_workshop_nothing_lapses_and_nobody_is_told_more(
    session, workshop, body_id, now
):
    nomination = a_nomination(session, workshop, body_id, "Min")
    cancel_workshop(session, workshop, actor="test", now=now)
    told = len(told_in(session))

    keep_due_dates(session, workshop.id, now=IN_A_MONTH)

    assert workshop.id not in workshops_with_due_dates(session, now=IN_A_MONTH)
    assert (nomination.state, len(told_in(session))) == ("submitted", told)


def test_an_alternate_is_not_substituted_by_another_who_stands_by_already(session, body_id, now):
    workshop = a_workshop(session, seats=5)
    gives_seats(session, workshop, body_id, 1, alternates=2)
    first, second = (
        a_nomination(session, workshop, body_id, name, role="alternate") for name in ("Ann", "Ben")
    )
    confirm(session, second, actor="link", now=now)

    with pytest.raises(Invalid, match="Name the person"):
        substitute(session, first, None, actor="focal", nominated_by=None, now=now)

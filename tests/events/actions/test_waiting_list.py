"""The waiting list: in turn, in waking hours, nothing lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.events.actions.failures import OfferGone
from services.events.actions.registering import as_it_is, cancel_registration
from services.events.actions.scheduling import cancel_workshop
from services.events.actions.waiting_list import (
    accept_offer,
    decline_offer,
    expire_offers,
    find_open_offer,
)
from services.events.actions.waking import offer_deadline
from services.events.reactions import on_person_recorded
from shared.contracts import events, members
from shared.foundation.ids import new_id
from shared.messaging.outbox import told_in
from tests.events.builders import (
    IN_A_MONTH,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)


def a_full_workshop(session):
    """One seat, taken by Ann; Ben, Cho and Dee wait."""
    workshop = a_workshop(session, seats=1)
    first = comes(session, workshop, "Ann").registration
    line = [comes(session, workshop, name).registration for name in ("Ben", "Cho", "Dee")]
    return workshop, first, line


def test_a_freed_seat_is_offered_to_the_first_in_line(session, now):
    workshop, first, line = a_full_workshop(session)

    cancel_registration(session, first, actor="link", now=now)

    assert [each.state for each in line] == ["offered", "waiting", "waiting"]
    assert seats_of(session, workshop) == {"offered": 1, "waiting": 2}
    assert [type(each) for each in told_in(session)[-3:]] == [
        events.SeatsFreed,
        events.RegistrationCancelled,
        events.SeatOffered,
    ]


def test_moving_up_the_line_tells_nobody(session, now):
    _, first, line = a_full_workshop(session)
    before = len(told_in(session))

    cancel_registration(session, line[0], actor="link", now=now)

    told = told_in(session)[before:]
    assert [each.subject for each in told] == [line[0].id]
    assert as_it_is(session, line[1]).place == 1
    assert first.state == "confirmed"


def test_an_accepted_offer_is_a_seat(session, now):
    workshop, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)
    offer = find_open_offer(session, line[0].id)

    accept_offer(session, offer.id, actor="link", now=now)

    assert line[0].state == "confirmed"
    assert seats_of(session, workshop) == {"confirmed": 1, "waiting": 2}


def test_accepting_twice_is_one_seat(session, now):
    workshop, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)
    offer = find_open_offer(session, line[0].id)

    for _ in range(2):
        accept_offer(session, offer.id, actor="link", now=now)

    assert seats_of(session, workshop) == {"confirmed": 1, "waiting": 2}


def test_a_declined_offer_goes_to_the_next(session, now):
    workshop, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)
    offer = find_open_offer(session, line[0].id)

    decline_offer(session, offer.id, actor="link", now=now)

    assert [each.state for each in line] == ["cancelled", "offered", "waiting"]
    assert seats_of(session, workshop) == {"offered": 1, "waiting": 1}


def test_an_offer_that_is_not_taken_in_time_goes_to_the_next(session, now):
    workshop, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)
    deadline = find_open_offer(session, line[0].id).expires_at

    assert expire_offers(session, workshop.id, now=deadline - timedelta(seconds=1)) == 0
    assert expire_offers(session, workshop.id, now=deadline) == 1

    assert [each.state for each in line] == ["cancelled", "offered", "waiting"]
    assert seats_of(session, workshop) == {"offered": 1, "waiting": 1}


def test_an_offer_is_checked_again_when_it_is_taken(session, now):
    _, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)
    offer = find_open_offer(session, line[0].id)

    with pytest.raises(OfferGone):
        accept_offer(session, offer.id, actor="link", now=offer.expires_at)


def test_cancelling_while_a_seat_is_offered_passes_the_seat_on(session, now):
    workshop, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)

    cancel_registration(session, line[0], actor="link", now=now)

    assert [each.state for each in line] == ["cancelled", "offered", "waiting"]
    assert seats_of(session, workshop) == {"offered": 1, "waiting": 1}


def test_nobody_who_comes_later_passes_the_line(session, now):
    workshop, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)

    late = comes(session, workshop, "Eve")

    assert (late.registration.state, late.place) == ("waiting", 3)
    assert line[0].state == "offered"


def test_nothing_is_offered_once_the_workshop_has_begun(session):
    _, first, line = a_full_workshop(session)

    cancel_registration(session, first, actor="link", now=IN_A_MONTH)

    assert [each.state for each in line] == ["waiting"] * 3


def test_a_bodys_own_people_are_served_from_its_seats_first(session, now):
    body_id = an_organisation(session)
    workshop = a_workshop(session, seats=1, taken=1)
    comes(session, workshop, "Ben")
    own = comes(session, workshop, "Min", organisation_id=body_id).registration
    workshop.capacity = 2
    from services.events.actions.seats import lock_ledger, set_capacity

    set_capacity(session, lock_ledger(session, workshop.id), 2, now=now)

    gives_seats(session, workshop, body_id, 1)

    assert own.state == "offered"
    assert seats_of(session, workshop) == {"confirmed": 1, "offered": 1, "waiting": 1}


@pytest.mark.parametrize(
    ("made", "until"),
    [
        ("2026-03-02T09:00", "2026-03-02T21:00"),
        ("2026-03-02T20:00", "2026-03-03T18:00"),
        ("2026-03-02T23:30", "2026-03-03T20:00"),
        ("2026-03-02T03:00", "2026-03-02T20:00"),
    ],
)
def test_an_offer_is_held_for_twelve_waking_hours(made, until):
    zone = ZoneInfo("Asia/Taipei")
    made_at = datetime.fromisoformat(made).replace(tzinfo=zone).astimezone(UTC)

    deadline = offer_deadline(made_at, "Asia/Taipei")

    assert deadline == datetime.fromisoformat(until).replace(tzinfo=zone)


def test_an_offer_of_a_cancelled_workshop_is_not_taken(session, now):
    workshop, first, line = a_full_workshop(session)
    cancel_registration(session, first, actor="link", now=now)
    offer = find_open_offer(session, line[0].id)
    cancel_workshop(session, workshop, actor="test", now=now)

    with pytest.raises(OfferGone, match="cancelled"):
        accept_offer(session, offer.id, actor="link", now=now)

    assert seats_of(session, workshop) == {"offered": 1, "waiting": 2}


def test_the_waking_hours_are_those_of_the_person_who_is_asked(session, now):
    workshop = a_workshop(session, seats=1)
    first = comes(session, workshop, "Ann").registration
    in_lima = members.PersonRecorded(
        person_id=new_id(),
        version=1,
        names=(),
        email="nadia@people.example",
        phone=None,
        economy="PE",
        locale="en",
        time_zone="America/Lima",
        has_account=True,
    )
    on_person_recorded(session, in_lima, None)
    waiting = comes(session, workshop, "Nadia", person_id=in_lima.person_id).registration

    cancel_registration(session, first, actor="link", now=now)

    # Offered at 23:00 in Lima, noon at the venue: from 08:00 to 20:00 of the next day there.
    assert find_open_offer(session, waiting.id).expires_at == datetime(2026, 3, 3, 1, tzinfo=UTC)

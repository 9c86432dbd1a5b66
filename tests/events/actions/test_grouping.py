"""Groups: all at once or all in line, one offer for all, and nobody waits for ever."""

from datetime import timedelta

import pytest

from services.events.actions.allotting import keep_due_dates, workshops_with_due_dates
from services.events.actions.failures import NotEnoughSeats, OfferGone
from services.events.actions.forgetting import forget_person
from services.events.actions.grouping import (
    Companion,
    Contact,
    accept_group_offer,
    cancel_group,
    decline_group_offer,
    people_of,
    register_group,
)
from services.events.actions.registering import cancel_registration, claim_registrations
from services.events.actions.waiting_list import accept_offer, find_open_offer
from services.events.model import Registration
from shared.contracts.events import SeatOffered
from shared.contracts.events_groups import GroupRegistered, GroupSeatsOffered
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)


def a_group(session, workshop, *names, is_together=True, name="Office", now=NOW, **facts):
    contact = Contact(name=name, email=f"{name.lower()}@office.example", **facts)
    people = [Companion(name=each) for each in names]
    found, _ = register_group(
        session, workshop, contact, people, is_together=is_together, actor="guest", now=now
    )
    return found


def states(session, group):
    session.flush()
    return [each.state for each in people_of(session, group)]


def leave(session, workshop, count):
    """So many of those with a seat cancel."""
    query = session.query(Registration).filter_by(workshop_id=workshop.id, state="confirmed")
    for each in query.limit(count).all():
        cancel_registration(session, each, actor="link", now=NOW)


def test_a_group_gets_all_its_seats_at_once_or_waits_with_all_its_people(session):
    workshop = a_workshop(session, seats=5)

    first = a_group(session, workshop, "A", "B", "C")
    second = a_group(session, workshop, "D", "E", "F", name="Second")

    assert states(session, first) == ["confirmed"] * 3
    assert states(session, second) == ["waiting"] * 3
    assert seats_of(session, workshop) == {"confirmed": 3, "free": 2, "waiting": 3}
    told = [each.group for each in told_in(session) if isinstance(each, GroupRegistered)]
    assert [(each.people, each.place) for each in told] == [(3, None), (3, 1)]


def test_people_who_do_not_come_together_get_what_there_is(session):
    workshop = a_workshop(session, seats=2)

    group = a_group(session, workshop, "A", "B", "C", is_together=False)

    assert states(session, group) == ["confirmed", "confirmed", "waiting"]


def test_the_line_offers_to_a_group_when_there_are_seats_for_all_and_its_contact_answers(session):
    workshop = a_workshop(session, seats=4, taken=4)
    group = a_group(session, workshop, "A", "B", "C")

    leave(session, workshop, 2)
    assert states(session, group) == ["waiting"] * 3
    leave(session, workshop, 1)

    assert states(session, group) == ["offered"] * 3
    told = [each for each in told_in(session) if isinstance(each, GroupSeatsOffered | SeatOffered)]
    assert [getattr(each, "is_for_group", None) for each in told] == [True, True, True, None]
    one = people_of(session, group)[0]
    with pytest.raises(Conflict, match="whole group"):
        accept_offer(session, find_open_offer(session, one.id).id, actor="link", now=NOW)
    for _ in range(2):
        accept_group_offer(session, group, actor="link", now=NOW)
    assert seats_of(session, workshop) == {"confirmed": 4}


def test_a_declined_or_expired_offer_to_a_group_goes_on_as_a_whole(session):
    workshop = a_workshop(session, seats=2, taken=2)
    first = a_group(session, workshop, "A", "B", name="First")
    second = a_group(session, workshop, "C", "D", name="Second")
    third = a_group(session, workshop, "E", "F", name="Third")
    leave(session, workshop, 2)

    decline_group_offer(session, first, actor="link", now=NOW)
    assert states(session, second) == ["offered"] * 2
    keep_due_dates(session, workshop.id, now=NOW + timedelta(days=2))

    assert states(session, second) == ["cancelled"] * 2
    assert states(session, third) == ["offered"] * 2
    with pytest.raises(OfferGone):
        accept_group_offer(session, second, actor="link", now=NOW)


def test_others_pass_a_group_that_does_not_fit_until_as_many_as_it_has_have_passed(session):
    workshop = a_workshop(session, seats=4, taken=3)
    group = a_group(session, workshop, "A", "B", "C")

    assert comes(session, workshop, "One").registration.state == "confirmed"
    waiting = [comes(session, workshop, name).registration for name in ("Two", "Three", "Four")]
    leave(session, workshop, 2)
    assert [each.state for each in waiting] == ["offered", "offered", "waiting"]

    leave(session, workshop, 1)
    assert seats_of(session, workshop) == {"confirmed": 1, "offered": 2, "free": 1, "waiting": 4}
    assert comes(session, workshop, "Five").registration.state == "waiting"
    leave(session, workshop, 1)
    cancel_registration(session, waiting[0], actor="link", now=NOW)

    assert states(session, group) == ["offered"] * 3
    assert waiting[2].state == "waiting"


def test_shortly_before_the_start_no_seat_stays_empty_for_a_group(session):
    workshop = a_workshop(session, seats=2, taken=1)
    group = a_group(session, workshop, "A", "B")
    group.passed_by = 2
    behind = comes(session, workshop, "Behind").registration
    assert behind.state == "waiting"
    near = IN_A_MONTH - timedelta(days=2)

    assert workshop.id in workshops_with_due_dates(session, now=near)
    keep_due_dates(session, workshop.id, now=near)

    assert behind.state == "offered"


def test_a_bodys_group_is_served_from_its_own_seats_if_these_are_enough(session):
    body = an_organisation(session, "The manufacturers")
    workshop = a_workshop(session, seats=4, taken=2)
    group = a_group(session, workshop, "A", "B", organisation_id=body)
    assert states(session, group) == ["confirmed"] * 2
    cancel_group(session, group, actor="link", now=NOW)
    gives_seats(session, workshop, body, 2)

    again = a_group(session, workshop, "A", "B", organisation_id=body)
    gives_seats(session, workshop, body, 2)

    assert states(session, again) == ["offered"] * 2
    assert {each.seat_of for each in people_of(session, again)} == {body}


def test_one_of_a_group_or_all_of_it_can_be_taken_back(session):
    workshop = a_workshop(session, seats=3, taken=1)
    group = a_group(session, workshop, "A", "B", "C")

    cancel_registration(session, people_of(session, group)[1], actor="link", now=NOW)
    assert states(session, group) == ["offered", "cancelled", "offered"]
    for _ in range(2):
        cancel_group(session, group, actor="link", now=NOW)

    assert states(session, group) == ["cancelled"] * 3
    assert seats_of(session, workshop) == {"confirmed": 1, "free": 2}


def test_asking_twice_is_one_group_and_nobody_is_registered_twice(session):
    workshop = a_workshop(session, seats=9)
    group = a_group(session, workshop, "A", "B")

    assert a_group(session, workshop, "b", "a") is group
    comes(session, workshop, "Ann")
    people = [Companion(name="Ann", email="ann@people.example"), *[Companion(name="Bo")] * 2]
    contact = Contact(name="X", email="x@office.example")
    with pytest.raises(Invalid) as refused:
        register_group(session, workshop, contact, people, is_together=True, actor="guest", now=NOW)
    pointers = [fault.pointer for fault in refused.value.faults]
    assert pointers == ["/people/0/email", "/people/2/name"]


def test_a_group_that_can_never_fit_is_refused(session):
    with pytest.raises(NotEnoughSeats, match="2 seats in all"):
        a_group(session, a_workshop(session, seats=2), "A", "B", "C")


def test_people_without_an_address_are_reached_at_the_contacts_and_do_not_become_the_contact(
    session,
):
    workshop = a_workshop(session, seats=9)
    group = a_group(session, workshop, "A", "B")

    assert {each.email for each in people_of(session, group)} == {"office@office.example"}
    assert claim_registrations(session, new_id(), "office@office.example", now=NOW) == 0


def test_an_erased_contact_is_forgotten_and_the_people_keep_their_seats(session):
    workshop = a_workshop(session, seats=9)
    group = a_group(session, workshop, "A", "B")
    who = Forgotten(new_id(), "office@office.example", ("Office",), True)

    counts = forget_person(session, who, now=NOW)

    assert counts["groups"] == 1
    assert states(session, group) == ["confirmed"] * 2
    held = [group, *people_of(session, group)]
    assert not any("office" in f"{each.name} {each.email} {each.email_key}" for each in held)

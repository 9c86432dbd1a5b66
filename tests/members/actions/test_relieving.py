"""Stand-ins, substitutes, heads of delegation, terms that end, and seats."""

from typing import Any

import pytest

from services.members.actions import appointing, relieving, seating
from services.members.actions.failures import AlreadyThere, WrongState
from services.members.model import RoleGrant
from services.members.queries.grants import live_grants
from shared.contracts.members import AppointmentRecorded
from shared.foundation.failures import Invalid
from tests.members.builders import (
    NOW,
    Clock,
    a_person,
    an_appointment,
    an_organisation,
    days,
    told,
)

ACT: Any = {"actor": "test", "now": NOW}
LEAVE: Any = {"starts_on": days(0), "ends_on": days(10)} | ACT


@pytest.fixture
def place(session):
    return an_organisation(session)


@pytest.fixture
def pair(session):
    return a_person(session, "Lin"), a_person(session, "Wu")


def may_act(session, person, now):
    return bool(live_grants(session, person.id, now=now))


def test_a_focal_point_on_leave_is_substituted_until_a_day(session, place, pair):
    office = an_appointment(session, pair[0], place, "focal_point")

    made = relieving.stand_in(session, office, pair[1], **LEAVE)

    session.flush()
    assert (made.substitutes_for, made.ends_on) == (office.id, days(10))
    assert office.ended_at is None
    clock = Clock()
    assert [may_act(session, each, clock.now) for each in pair] == [True, True]
    assert [may_act(session, each, clock.forward(days=12)) for each in pair] == [True, False]


def test_nobody_stands_in_outside_of_the_holder_s_term(session, place, pair):
    office = an_appointment(session, pair[0], place, ends_on=days(5))

    with pytest.raises(Invalid) as late:
        relieving.stand_in(session, office, pair[1], **LEAVE)
    with pytest.raises(Invalid) as early:
        relieving.stand_in(session, office, pair[1], **(LEAVE | {"starts_on": days(-1)}))

    assert [each.value.faults[0].pointer for each in (late, early)] == ["/to", "/from"]


def test_one_stands_in_at_a_time_and_nobody_for_a_stand_in(session, place, pair):
    office = an_appointment(session, pair[0], place)
    first = relieving.stand_in(session, office, pair[1], **LEAVE)
    session.flush()
    third = a_person(session, "Hsu")

    with pytest.raises(AlreadyThere):
        relieving.stand_in(session, office, third, **LEAVE)
    with pytest.raises(WrongState):
        relieving.stand_in(session, first, third, **LEAVE)
    later = LEAVE | {"starts_on": days(11), "ends_on": days(12)}
    assert relieving.stand_in(session, office, third, **later).substitutes_for == office.id


def test_who_stands_in_ends_with_the_holder(session, place, pair):
    office = an_appointment(session, pair[0], place, "focal_point")
    made = relieving.stand_in(session, office, pair[1], **LEAVE)
    session.flush()

    appointing.end_appointment(session, office, **ACT)

    assert made.ended_at == NOW
    assert session.get_one(RoleGrant, made.grant_id).revoked_at == NOW


def test_a_term_that_is_over_everywhere_ends_and_is_told(session, place, pair):
    office = an_appointment(session, pair[0], place, ends_on=days(2))
    before, clock = len(told(session)), Clock()

    # At NOW it is 03:00 UTC: the last day is over at UTC−12 on its third day after noon.
    counts = [relieving.end_terms(session, now=clock.forward(days=1)) for _ in range(4)]

    assert counts == [0, 0, 0, 1]
    [message] = told(session)[before:]
    assert isinstance(message, AppointmentRecorded)
    assert (message.appointment_id, message.is_over) == (office.id, True)
    assert message.ends_on == days(2)


def test_an_organisation_has_one_head_of_delegation_at_a_time(session, place, pair):
    head = an_appointment(session, pair[0], place, "head_of_delegation", ends_on=days(9))
    session.flush()

    with pytest.raises(AlreadyThere):
        an_appointment(session, pair[1], place, "head_of_delegation")
    an_appointment(session, pair[1], place, "head_of_delegation", starts_on=days(10))
    session.flush()
    stand_in = relieving.stand_in(
        session, head, a_person(session, "Hsu"), starts_on=days(0), ends_on=days(3), **ACT
    )
    assert stand_in.role == "head_of_delegation"


def test_a_head_is_substituted_for_good(session, place, pair):
    head = an_appointment(session, pair[0], place, "head_of_delegation")
    session.flush()

    made = relieving.substitute(session, head, pair[1], **ACT)

    assert (head.substituted_by, made.ended_at) == (made.id, None)


def a_seat(session, place, role="member", **rest):
    body = seating.found_body(session, place, "committee", {"en": "Green jobs"}, **ACT)
    session.flush()
    made = seating.add_seat(session, body, role, rest.get("organisation_id"), **ACT)
    session.flush()
    return body, made


def fill(session, seat, person, *, starts_on=None, ends_on=None):
    made = seating.fill_seat(
        session, seat, person, starts_on=starts_on or days(0), ends_on=ends_on, **ACT
    )
    session.flush()
    return made


def test_a_seat_has_one_holder_at_a_time(session, place, pair):
    _, seat = a_seat(session, place)
    fill(session, seat, pair[0], ends_on=days(5))

    with pytest.raises(AlreadyThere):
        fill(session, seat, pair[1], starts_on=days(5))
    assert fill(session, seat, pair[1], starts_on=days(6)).seat_id == seat.id


def test_a_seat_s_holder_serves_for_the_organisation_that_has_the_seat(session, place, pair):
    member = an_organisation(session, "Member")
    _, seat = a_seat(session, place, organisation_id=member.id)

    assert fill(session, seat, pair[0]).organisation_id == member.id


def test_one_person_may_sit_on_two_bodies(session, place, pair):
    for _ in range(2):
        fill(session, a_seat(session, place)[1], pair[0])


def test_a_body_has_one_chair(session, place):
    body, _ = a_seat(session, place, "chair")

    with pytest.raises(AlreadyThere):
        seating.add_seat(session, body, "chair", None, **ACT)


def test_a_body_that_is_dissolved_leaves_nobody_seated(session, place, pair):
    body, seat = a_seat(session, place)
    office = fill(session, seat, pair[0])

    seating.dissolve_body(session, body, **ACT)

    assert (seat.removed_at, office.ended_at) == (NOW, NOW)
    with pytest.raises(WrongState):
        seating.add_seat(session, body, "member", None, **ACT)
    with pytest.raises(WrongState):
        fill(session, seat, pair[1])


def test_the_one_who_sits_there_is_substituted_on_the_same_seat(session, place, pair):
    _, seat = a_seat(session, place)
    office = fill(session, seat, pair[0])

    made = relieving.substitute(session, office, pair[1], **ACT)

    assert (made.seat_id, office.ended_at) == (seat.id, NOW)


def test_the_same_person_stands_in_again_at_another_time(session, place, pair):
    office = an_appointment(session, pair[0], place, "focal_point")
    relieving.stand_in(session, office, pair[1], **LEAVE)

    again = relieving.stand_in(
        session, office, pair[1], starts_on=days(20), ends_on=days(25), **ACT
    )

    assert again.substitutes_for == office.id
    assert not may_act(session, pair[1], Clock().forward(days=15))
    assert may_act(session, pair[1], Clock().forward(days=22))

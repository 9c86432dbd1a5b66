"""What two records of one person held at the same time is held once, and twice again."""

from typing import Any

import pytest
from sqlalchemy import inspect, select

from services.members.actions import relieving, seating, uniting
from services.members.actions.appointing import end_appointment
from services.members.actions.failures import WrongState
from services.members.actions.merging import merge_people, undo_merge
from services.members.model import Affiliation, Appointment, RoleGrant
from services.members.queries.memberships import history_of
from shared.contracts.members import AppointmentRecorded
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_person,
    an_affiliation,
    an_appointment,
    an_organisation,
    days,
    told,
)

ACT: Any = {"actor": "x", "now": NOW}


@pytest.fixture
def place(session):
    return an_organisation(session)


@pytest.fixture
def pair(session):
    return a_person(session, "Lin", "Mei"), a_person(session, "Lin", "May")


def merged(session, pair):
    return merge_people(session, *pair, [], **ACT)


def undo(session, merge):
    undo_merge(session, merge, settings=None, **ACT)
    session.flush()


def live(session, kind, person):
    ended = kind.revoked_at if kind is RoleGrant else kind.ended_at
    query = select(kind).where(kind.person_id == person.id, ended.is_(None)).order_by(kind.id)
    return list(session.scalars(query))


def facts(row):
    names = [each.key for each in inspect(type(row)).columns]
    return {name: getattr(row, name) for name in names if name != "version"}


def test_an_office_that_both_hold_goes_on_once_for_both_terms(session, place, pair):
    first = an_appointment(session, pair[0], place, ends_on=days(30))
    second = an_appointment(session, pair[1], place, starts_on=days(10), ends_on=days(90))
    before = [facts(first), facts(second)]

    merge = merged(session, pair)

    assert live(session, Appointment, pair[0]) == [first]
    assert (first.starts_on, first.ends_on) == (days(0), days(90))
    assert (second.substituted_by, second.starts_on, second.ends_on) == (
        first.id,
        days(10),
        days(10),
    )
    steps = [each.after for each in session.scalars(history_of(second))]
    assert steps == ["appointed", "superseded"]

    undo(session, merge)

    assert [facts(first), facts(second)] == before


def test_every_service_is_told_who_holds_it_and_that_the_other_is_over(session, place, pair):
    first = an_appointment(session, pair[0], place, starts_on=days(-1), ends_on=days(30))
    second = an_appointment(session, pair[1], place)

    merge = merged(session, pair)
    while_merged = last_told(session)
    undo(session, merge)
    after = last_told(session)

    kept, gone = (each.id for each in pair)
    assert while_merged[first.id] == (kept, None, False)
    assert while_merged[second.id] == (kept, days(0), True)
    assert (after[first.id], after[second.id]) == ((kept, days(30), False), (gone, None, False))


def last_told(session):
    messages = [each for each in told(session) if isinstance(each, AppointmentRecorded)]
    messages.sort(key=lambda each: each.version)
    return {each.appointment_id: (each.person_id, each.ends_on, each.is_over) for each in messages}


def test_terms_that_do_not_meet_stay_two(session, place, pair):
    an_appointment(session, pair[0], place, ends_on=days(5))
    an_appointment(session, pair[1], place, starts_on=days(7))

    merge = merged(session, pair)

    assert len(live(session, Appointment, pair[0])) == 2
    assert merge.united == []


def test_three_offices_that_meet_one_by_one_become_one(session, place, pair):
    an_appointment(session, pair[0], place, ends_on=days(5))
    an_appointment(session, pair[0], place, starts_on=days(8), ends_on=days(20))
    between = an_appointment(session, pair[1], place, starts_on=days(4), ends_on=days(9))

    merge = merged(session, pair)
    (one,) = live(session, Appointment, pair[0])
    undo(session, merge)

    assert (one.starts_on, len(merge.united)) == (days(0), 3)
    assert [each.ends_on for each in live(session, Appointment, pair[0])] == [days(5), days(20)]
    assert (between.person_id, between.ended_at, between.ends_on) == (pair[1].id, None, days(9))


def test_a_focal_point_twice_has_one_grant_for_both_terms(session, place, pair):
    term = {"starts_on": days(-1), "ends_on": days(10)}
    first = an_appointment(session, pair[0], place, "focal_point", **term)
    second = an_appointment(session, pair[1], place, "focal_point")
    at_first = session.get_one(RoleGrant, first.grant_id)
    terms = [(each.starts_at, each.expires_at) for each in (at_first, grant_of(session, second))]

    merge = merged(session, pair)

    assert live(session, RoleGrant, pair[0]) == [at_first]
    assert at_first.expires_at is None

    undo(session, merge)

    own, other = grant_of(session, first), grant_of(session, second)
    assert [(each.starts_at, each.expires_at) for each in (own, other)] == terms
    assert [each.revoked_at for each in (own, other)] == [None, None]
    assert (own.person_id, other.person_id) == (pair[0].id, pair[1].id)
    assert live(session, RoleGrant, pair[1]) == [other]


def grant_of(session, office):
    return session.get_one(RoleGrant, office.grant_id)


def test_a_grant_that_was_taken_gives_no_power_by_another_office_s_term(session, place, pair):
    first = an_appointment(session, pair[0], place, "focal_point")
    second = an_appointment(session, pair[1], place, "focal_point", ends_on=days(10))
    until = grant_of(session, second).expires_at
    grant_of(session, first).revoked_at = NOW

    merged(session, pair)

    (held,) = live(session, RoleGrant, pair[0])
    assert (held.id, held.expires_at) == (second.grant_id, until)
    assert live(session, Appointment, pair[0]) == [second]


def test_grants_that_both_have_are_one(session, place, pair):
    first = a_grant(session, pair[0], Role.READER, place, expires_at=NOW.replace(month=6))
    second = a_grant(session, pair[1], Role.READER, place, starts_at=NOW)
    narrow = a_grant(session, pair[1], Role.READER, place, subtree=False)

    merge = merged(session, pair)
    while_merged = live(session, RoleGrant, pair[0])
    end = first.expires_at
    undo(session, merge)

    assert (while_merged, end) == ([first, narrow], None)
    assert first.expires_at == NOW.replace(month=6)
    assert [each.subtree for each in live(session, RoleGrant, pair[1])] == [False, True]
    assert second.revoked_at is not None


def test_who_stands_in_for_themselves_after_a_merge_holds_the_office_alone(session, place, pair):
    office = an_appointment(session, pair[0], place)
    stand_in = relieving.stand_in(
        session, office, pair[1], starts_on=days(0), ends_on=days(5), **ACT
    )

    merge = merged(session, pair)
    while_merged = live(session, Appointment, pair[0])
    undo(session, merge)

    assert while_merged == [office]
    assert live(session, Appointment, pair[1]) == [stand_in]
    assert (stand_in.substitutes_for, stand_in.substituted_by) == (office.id, None)


def test_who_stands_in_for_an_office_that_ended_stands_in_for_the_one_that_goes_on(
    session, place, pair
):
    first = an_appointment(session, pair[0], place)
    second = an_appointment(session, pair[1], place)
    third = relieving.stand_in(
        session, second, a_person(session, "Wu"), starts_on=days(0), ends_on=days(5), **ACT
    )

    merge = merged(session, pair)
    while_merged = (third.substitutes_for, third.ended_at)
    undo(session, merge)

    assert while_merged == (first.id, None)
    assert third.substitutes_for == second.id


def test_a_seat_is_sat_on_once(session, place, pair):
    body = seating.found_body(session, place, "committee", {"en": "Energy"}, **ACT)
    session.flush()
    seats = [seating.add_seat(session, body, "member", None, **ACT) for _ in range(2)]
    session.flush()
    term = {"starts_on": days(0), "ends_on": None} | ACT
    first = seating.fill_seat(session, seats[0], pair[0], **term)
    seating.fill_seat(session, seats[1], pair[1], **term)
    stand_in = relieving.stand_in(
        session, first, pair[1], starts_on=days(0), ends_on=days(5), **ACT
    )

    merged(session, pair)

    held = live(session, Appointment, pair[0])
    assert [each.seat_id for each in held] == [each.id for each in seats]
    assert stand_in.substituted_by == first.id


def test_a_place_that_both_work_at_is_one_but_not_by_two_titles(session, place, pair):
    there = an_organisation(session, "There")
    own = an_affiliation(session, pair[0], place)
    other = an_affiliation(session, pair[1], place)
    other.title = "Engineer"
    two = [an_affiliation(session, each, there) for each in pair]
    two[0].title, two[1].title = "Teacher", "Dean"

    merge = merged(session, pair)
    while_merged = live(session, Affiliation, pair[0])
    undo(session, merge)

    assert while_merged == [other, *two]
    assert live(session, Affiliation, pair[0]) == [own, two[0]]
    assert (own.ended_at, own.ends_on) == (None, None)


def test_an_office_that_was_ended_since_is_not_held_again_by_undoing(session, place, pair):
    first = an_appointment(session, pair[0], place, "focal_point")
    second = an_appointment(session, pair[1], place, "focal_point")
    merge = merged(session, pair)
    end_appointment(session, first, **ACT)

    undo(session, merge)

    assert second.ended_at is not None
    assert live(session, RoleGrant, pair[0]) == live(session, RoleGrant, pair[1]) == []


def test_one_who_serves_two_records_of_an_organisation_serves_the_one_once(session, place, pair):
    other = an_organisation(session, "An Assn")
    first = an_appointment(session, pair[0], place, "focal_point")
    second = an_appointment(session, pair[0], other, "focal_point", ends_on=days(9))

    merge = uniting.merge_organisations(session, place, other, [], **ACT)
    while_merged = live(session, Appointment, pair[0])
    uniting.undo_organisation_merge(session, merge, settings=None, **ACT)
    session.flush()

    assert while_merged == [first]
    assert live(session, Appointment, pair[0]) == [first, second]
    assert (second.organisation_id, second.ends_on) == (other.id, days(9))
    places = {each.organisation_id for each in live(session, RoleGrant, pair[0])}
    assert places == {place.id, other.id}


def test_two_heads_of_delegation_do_not_become_one_organisation_s(session, place, pair):
    other = an_organisation(session, "An Assn")
    an_appointment(session, pair[0], place, "head_of_delegation")
    an_appointment(session, pair[1], other, "head_of_delegation")

    with pytest.raises(WrongState, match="head of delegation"):
        uniting.merge_organisations(session, place, other, [], **ACT)

"""Offices have terms, and a focal point's brings its grant."""

from typing import Any

import pytest

from services.members.actions import appointing, relieving
from services.members.actions.failures import AlreadyThere, WrongState
from services.members.model import RoleGrant
from services.members.queries.grants import live_grants
from shared.contracts.members import AppointmentRecorded, GrantRecorded
from shared.foundation.failures import Invalid
from tests.members.builders import NOW, Clock, a_person, an_appointment, an_organisation, days, told

ACT: Any = {"actor": "test", "now": NOW}


@pytest.fixture
def body(session):
    return an_organisation(session)


def roles_of(session, person, now=NOW):
    return [grant.role for grant in live_grants(session, person.id, now=now)]


def test_a_focal_point_is_granted_the_subtree_for_the_same_term(session, body):
    person = a_person(session)
    clock = Clock()

    an_appointment(session, person, body, "focal_point", starts_on=days(1), ends_on=days(5))

    assert roles_of(session, person, clock.forward(days=-1)) == []
    assert roles_of(session, person, clock.forward(days=3)) == ["focal_point"]
    assert roles_of(session, person, clock.forward(days=5)) == []
    assert [type(m) for m in told(session)][-2:] == [GrantRecorded, AppointmentRecorded]


def test_a_delegate_is_granted_nothing(session, body):
    person = a_person(session)

    an_appointment(session, person, body, "delegate")

    assert roles_of(session, person) == []


def test_who_ends_an_appointment_takes_its_grant_away_at_once(session, body):
    person = a_person(session)
    office = an_appointment(session, person, body, "focal_point")

    appointing.end_appointment(session, office, **ACT)

    assert roles_of(session, person) == []
    assert office.ends_on == days(0)
    assert told(session)[-1].is_revoked


def test_a_substitute_has_the_rest_of_the_term(session, body):
    before, after = a_person(session), a_person(session, "Wu")
    office = an_appointment(session, before, body, "focal_point", ends_on=days(9))

    made = relieving.substitute(session, office, after, **ACT)

    assert (made.person_id, made.starts_on, made.ends_on) == (after.id, days(0), days(9))
    assert office.substituted_by == made.id
    assert (roles_of(session, before), roles_of(session, after)) == ([], ["focal_point"])


def test_an_ended_appointment_is_not_substituted(session, body):
    office = an_appointment(session, a_person(session), body)
    appointing.end_appointment(session, office, **ACT)

    with pytest.raises(WrongState):
        relieving.substitute(session, office, a_person(session, "Wu"), **ACT)


def test_nobody_holds_one_office_twice(session, body):
    person = a_person(session)
    an_appointment(session, person, body)

    with pytest.raises(AlreadyThere):
        an_appointment(session, person, body)


def test_the_next_term_of_an_office_is_given_before_this_one_ends(session, body):
    person = a_person(session)
    an_appointment(session, person, body, "focal_point", ends_on=days(5))

    an_appointment(session, person, body, "focal_point", starts_on=days(6), ends_on=days(9))

    assert roles_of(session, person, Clock().forward(days=8)) == ["focal_point"]
    with pytest.raises(AlreadyThere):
        an_appointment(session, person, body, "focal_point", starts_on=days(9))


@pytest.mark.parametrize("term", [(5, 4), (-9, -5)])
def test_a_term_ends_after_it_starts_and_is_not_over(session, body, term):
    with pytest.raises(Invalid):
        an_appointment(
            session, a_person(session), body, starts_on=days(term[0]), ends_on=days(term[1])
        )


def test_a_grant_names_who_gave_it(session, body):
    office = an_appointment(session, a_person(session), body, "focal_point")

    assert session.get_one(RoleGrant, office.grant_id).granted_by == "test"

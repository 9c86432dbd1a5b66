"""Who has left is seen for a while by their last organisation, and by nobody else."""

from typing import Any

import pytest

from services.members.actions.appointing import end_affiliation, end_appointment
from services.members.queries.former import FORMER_DAYS, former_people
from services.members.queries.people import get_managed_person, get_person, people_for
from shared.foundation.failures import NotFound
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    Clock,
    a_grant,
    a_member_of,
    a_person,
    an_affiliation,
    an_appointment,
    an_asker,
    an_organisation,
    days,
)

ACT: Any = {"actor": "x", "now": NOW}


@pytest.fixture
def places(session):
    """Two associations, each with a company."""
    found = []
    for letter in "ab":
        body = an_organisation(session, f"Association {letter}")
        found.append((body, a_member_of(session, body, f"Company {letter}")))
    session.flush()
    return found


@pytest.fixture
def askers(session, places):
    def asker(body, role=Role.FOCAL_POINT):
        person = a_person(session)
        a_grant(session, person, role, body)
        session.flush()
        return an_asker(session, person)

    (a, _), (b, _) = places
    return {"a": asker(a), "b": asker(b), "reader": asker(a, Role.READER)}


@pytest.fixture
def left(session, places):
    """Somebody who worked at company a, until today."""
    person = a_person(session, "Wu", "Ada")
    end_affiliation(session, an_affiliation(session, person, places[0][1]), **ACT)
    session.flush()
    return person


TODAY = days(0)


def sees(session, asker, person, today=TODAY):
    try:
        return get_person(session, person.id, asker, today=today) is person
    except NotFound:
        return False


def listed(session, asker, today=TODAY, words=None):
    return list(session.scalars(former_people(asker, today=today, words=words)))


def test_the_last_organisation_sees_them_for_ninety_days(session, askers, left):
    last = days(FORMER_DAYS)

    assert sees(session, askers["a"], left, last)
    assert not sees(session, askers["a"], left, days(FORMER_DAYS + 1))
    assert get_managed_person(session, left.id, askers["a"], today=last) is left
    assert listed(session, askers["a"], last, "ada") == [left]
    assert listed(session, askers["a"], last, "bo") == []
    assert left not in session.scalars(people_for(askers["a"], today=days(0)))


def test_another_association_and_a_reader_do_not(session, askers, left):
    for name in ("b", "reader"):
        assert not sees(session, askers[name], left)
        assert listed(session, askers[name]) == []


def test_nobody_is_seen_by_their_last_place_who_has_another(session, places, askers, left):
    an_affiliation(session, left, places[1][1])
    session.flush()

    assert not sees(session, askers["a"], left)
    assert listed(session, askers["a"]) == []
    assert sees(session, askers["b"], left)


def test_of_two_that_have_ended_the_later_one_sees_them(session, places, askers, left):
    office = an_appointment(session, left, places[1][0])
    end_appointment(session, office, actor="x", now=Clock().forward(days=3))
    session.flush()

    assert not sees(session, askers["a"], left, days(4))
    assert sees(session, askers["b"], left, days(4))
    assert listed(session, askers["b"], days(4)) == [left]


def test_nobody_who_has_an_account_is_seen_so(session, askers, left):
    left.has_account = True
    session.flush()

    assert not sees(session, askers["a"], left)
    assert listed(session, askers["a"]) == []

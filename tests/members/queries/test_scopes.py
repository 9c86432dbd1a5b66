"""A focal point reaches their own organisation, what is below it, and nothing else."""

import pytest
from sqlalchemy import select

from services.members.model import Organisation
from services.members.queries import people as queries
from services.members.queries.scopes import managed, may_manage, may_read
from shared.foundation.failures import NotFound
from shared.foundation.identities import GUEST, Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_member_of,
    a_person,
    an_affiliation,
    an_appointment,
    an_asker,
    an_organisation,
    days,
)


@pytest.fixture
def world(session):
    """One alliance with associations A and B, each with a company and its people."""
    made = {"alliance": an_organisation(session, "Alliance", kind="alliance")}
    for letter in "AB":
        body = a_member_of(session, made["alliance"], letter, kind="association")
        company = a_member_of(session, body, f"company {letter}")
        delegate, worker, focal = (a_person(session, f"{letter} {i}") for i in range(3))
        an_appointment(session, delegate, body)
        an_affiliation(session, worker, company)
        an_appointment(session, focal, body, "focal_point")
        made |= {letter: body, f"company {letter}": company, f"focal {letter}": focal}
        made |= {f"delegate {letter}": delegate, f"worker {letter}": worker}
    return made


def names(world, ids):
    return {name for name, thing in world.items() if thing.id in ids}


def managed_by(session, world, asker):
    return names(
        world, set(session.scalars(select(Organisation.id).where(managed(Organisation.id, asker))))
    )


def people_of(session, world, asker):
    query = queries.people_for(asker, today=days(0))
    return names(world, {person.id for person in session.scalars(query)})


def test_a_focal_point_reaches_their_own_and_what_is_below(session, world):
    asker = an_asker(session, world["focal A"])

    assert managed_by(session, world, asker) == {"A", "company A"}
    assert people_of(session, world, asker) == {"focal A", "delegate A", "worker A"}


def test_an_organizer_reaches_all_below_the_alliance(session, world):
    person = a_person(session)
    a_grant(session, person, Role.ORGANIZER, world["alliance"])
    asker = an_asker(session, person)

    assert managed_by(session, world, asker) == {"alliance", "A", "B", "company A", "company B"}
    assert len(people_of(session, world, asker)) == 6


def test_a_reader_sees_people_but_manages_nothing(session, world):
    person = a_person(session)
    a_grant(session, person, Role.READER, world["A"])
    asker = an_asker(session, person)

    assert managed_by(session, world, asker) == set()
    assert may_read(session, asker, world["company A"].id)
    assert people_of(session, world, asker) == {"focal A", "delegate A", "worker A"}


def test_who_has_no_grant_sees_themselves_alone(session, world):
    asker = an_asker(session, world["delegate A"])

    assert people_of(session, world, asker) == {"delegate A"}
    assert managed_by(session, world, asker) == set()


def test_a_guest_sees_nobody(session, world):
    assert people_of(session, world, GUEST) == set()
    assert not may_manage(session, GUEST, world["A"].id)


def test_another_association_s_person_does_not_exist(session, world):
    asker = an_asker(session, world["focal A"])

    with pytest.raises(NotFound):
        queries.get_person(session, world["delegate B"].id, asker, today=days(0))


def test_who_works_there_no_more_is_not_seen_any_more(session, world):
    asker = an_asker(session, world["focal A"])
    work = session.scalars(queries.affiliations_of(world["company A"].id)).one()

    work.ended_at = NOW
    session.flush()

    assert "worker A" not in people_of(session, world, asker)


def test_a_company_of_two_associations_is_reached_from_both(session, world):
    from services.members.actions.joining import join_all

    join_all(session, world["B"], [world["company A"]], starts_on=days(0), actor="test", now=NOW)

    asker = an_asker(session, world["focal B"])
    assert managed_by(session, world, asker) == {"B", "company B", "company A"}


def test_a_draft_membership_gives_no_reach(session, world):
    from tests.members.builders import a_draft

    a_draft(session, world["B"], world["A"])

    assert managed_by(session, world, an_asker(session, world["focal A"])) == {"A", "company A"}

"""A delegation has at most one head, and its body chooses who that is."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text

from services.events.actions.confirming import confirm, substitute
from services.events.actions.failures import DelegationHasHead, WrongState
from services.events.actions.heads import find_head, make_head
from services.events.actions.naming_many import name_many
from services.events.actions.nominating import Nominee, decline, withdraw
from services.events.model import Nomination, Transition, Workshop
from services.events.reactions import REACTIONS
from shared.contracts.events_allotments import AlternateCalledUp, HeadLeft, HeadNamed
from shared.contracts.members_directory import OrganisationMerged
from shared.foundation.failures import Failure
from shared.foundation.ids import new_id
from shared.messaging.inbox import Heard
from shared.messaging.outbox import told_in
from tests.events.builders import (
    NOW,
    a_nomination,
    a_workshop,
    an_organisation,
    gives_seats,
    seats_of,
)

ACTOR = {"actor": "focal", "now": NOW}


@pytest.fixture
def body_id(session):
    return an_organisation(session, "The manufacturers")


@pytest.fixture
def workshop(session, body_id):
    made = a_workshop(session, seats=9)
    gives_seats(session, made, body_id, 4, alternates=2)
    return made


def told(session, kind):
    return [each for each in told_in(session) if isinstance(each, kind)]


def test_a_second_head_is_refused_and_the_answer_says_who_heads_it(session, workshop, body_id):
    a_nomination(session, workshop, body_id, "Min", role="head")

    with pytest.raises(DelegationHasHead, match="Min is the head") as refused:
        a_nomination(session, workshop, body_id, "Jun", role="head")

    assert refused.value.code == "delegation_has_head"
    assert seats_of(session, workshop)["held"] == 1


def test_another_body_and_another_workshop_have_heads_of_their_own(session, workshop, body_id):
    other = an_organisation(session, "Another")
    gives_seats(session, workshop, other, 1)
    elsewhere = a_workshop(session, seats=2)
    gives_seats(session, elsewhere, body_id, 1)
    heads = [
        a_nomination(session, place, body, name, role="head")
        for place, body, name in (
            (workshop, body_id, "Min"),
            (workshop, other, "Jun"),
            (elsewhere, body_id, "Sol"),
        )
    ]

    assert {each.role for each in heads} == {"head"}


def test_a_pasted_second_head_gets_a_verdict_of_its_own(session, workshop, body_id):
    people = [
        Nominee(name=name, email=f"{name}@body.example", role=role)
        for name, role in (("Min", "head"), ("Jun", "head"), ("Sol", "member"))
    ]

    named = name_many(
        session, workshop, body_id, people, is_dry_run=False, nominated_by=None, **ACTOR
    )

    assert [each.verdict for each in named] == ["new", "error", "new"]
    assert "Min is the head" in named[1].reason


def test_of_two_heads_named_at_the_same_moment_one_is(database):
    with database.writing() as session:
        body_id = an_organisation(session)
        workshop = a_workshop(session, seats=9)
        gives_seats(session, workshop, body_id, 9)
        workshop_id = workshop.id

    def name(number):
        try:
            with database.writing() as session:
                workshop = session.get_one(Workshop, workshop_id)
                a_nomination(session, workshop, body_id, f"Min {number}", role="head")
        except Failure as failure:
            return failure.code
        return "named"

    with ThreadPoolExecutor(8) as hands:
        found = sorted(hands.map(name, range(8)))

    assert found == ["delegation_has_head"] * 7 + ["named"]


def test_two_made_head_at_the_same_moment_leave_one(database):
    with database.writing() as session:
        body_id = an_organisation(session)
        workshop = a_workshop(session, seats=9)
        gives_seats(session, workshop, body_id, 9)
        names = [f"Min {number}" for number in range(8)]
        ids = [a_nomination(session, workshop, body_id, each).id for each in names]
        workshop_id = workshop.id

    def choose(nomination_id):
        with database.writing() as session:
            make_head(session, session.get_one(Nomination, nomination_id), **ACTOR)

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(choose, ids))

    with database.reading() as session:
        roles = session.scalars(select(Nomination.role)).all()
        assert sorted(roles) == ["head"] + ["member"] * 7
        assert find_head(session, workshop_id, body_id) is not None


def test_a_member_made_head_takes_over_and_both_are_told(session, workshop, body_id):
    head = a_nomination(session, workshop, body_id, "Min", role="head")
    member = a_nomination(session, workshop, body_id, "Jun")
    confirm(session, member, actor="link", now=NOW)

    for _ in range(2):
        make_head(session, member, reason="Min is busy.", **ACTOR)

    assert (member.role, member.state, head.role) == ("head", "registered", "member")
    (message,) = told(session, HeadNamed)
    assert (message.nomination.role, message.former.role) == ("head", "member")
    query = select(Transition).where(Transition.subject_id == head.id)
    last = session.scalars(query.order_by(Transition.number)).all()[-1]
    assert (last.before, last.after, last.actor) == ("submitted", "submitted", "focal")
    assert last.reason == "member instead of head. Min is busy."


def test_an_alternate_and_somebody_who_left_can_not_head_it(session, workshop, body_id):
    alternate = a_nomination(session, workshop, body_id, "Fay", role="alternate")
    gone = a_nomination(session, workshop, body_id, "Jun")
    withdraw(session, gone, **ACTOR)

    for each in (alternate, gone):
        with pytest.raises(WrongState):
            make_head(session, each, **ACTOR)


def test_an_alternate_called_up_for_the_head_is_a_member_and_the_body_hears(
    session, workshop, body_id
):
    head = a_nomination(session, workshop, body_id, "Min", role="head")
    alternate = a_nomination(session, workshop, body_id, "Fay", role="alternate")
    confirm(session, alternate, actor="link", now=NOW)

    decline(session, head, actor="link", now=NOW)

    assert (alternate.role, alternate.state) == ("member", "registered")
    assert [each.was_head for each in told(session, AlternateCalledUp)] == [True]
    (message,) = told(session, HeadLeft)
    assert (message.left, message.called_up) == ("Min", "Fay")


def test_a_head_who_leaves_nobody_behind_is_not_missed(session, workshop, body_id):
    head = a_nomination(session, workshop, body_id, "Min", role="head")

    decline(session, head, actor="link", now=NOW)

    assert told(session, HeadLeft) == []
    assert a_nomination(session, workshop, body_id, "Jun", role="head").role == "head"


def test_who_is_named_in_the_heads_place_heads_the_delegation(session, workshop, body_id):
    head = a_nomination(session, workshop, body_id, "Min", role="head")
    asked = a_nomination(session, workshop, body_id, "Fay", role="alternate")
    instead = Nominee(name="Fay", email="fay@body.example")

    successor = substitute(session, head, instead, nominated_by=None, **ACTOR)

    assert successor is asked
    assert (asked.role, asked.has_seat) == ("head", True)
    assert told(session, HeadLeft) == []


def test_a_member_can_not_be_substituted_by_a_second_head(session, workshop, body_id):
    a_nomination(session, workshop, body_id, "Min", role="head")
    member = a_nomination(session, workshop, body_id, "Jun")
    second = Nominee(name="Sol", email="sol@body.example", role="head")

    with pytest.raises(DelegationHasHead):
        substitute(session, member, second, nominated_by=None, **ACTOR)


def test_delegations_that_had_several_heads_keep_the_one_who_came_furthest(
    session, workshop, body_id
):
    made = [a_nomination(session, workshop, body_id, each) for each in ("Min", "Jun", "Sol")]
    confirm(session, made[1], actor="link", now=NOW)
    session.execute(text("DROP INDEX uq_nominations_live_head"))
    for each in made:
        each.role = "head"
    session.flush()
    migration = import_module("services.events.migrations.versions.0028_one_head")

    with Operations.context(MigrationContext.configure(session.connection())):
        migration.upgrade()

    session.expire_all()
    assert [each.role for each in made] == ["member", "head", "member"]
    query = select(Transition.subject_id).where(Transition.reason == migration.REASON)
    assert set(session.scalars(query)) == {made[0].id, made[2].id}


def test_bodies_that_become_one_have_one_head_and_two_again_when_they_part(
    session, workshop, body_id
):
    gone_id, merge_id = an_organisation(session, "Gone"), new_id()
    gives_seats(session, workshop, gone_id, 2)
    kept = a_nomination(session, workshop, body_id, "Min", role="head")
    other = a_nomination(session, workshop, gone_id, "Jun", role="head")

    def hear(version):
        message = OrganisationMerged(
            merge_id=merge_id,
            version=version,
            kept_id=body_id,
            gone_id=gone_id,
            is_undone=version == 2,
        )
        heard = Heard(id=new_id(), time=NOW, now=NOW, traceparent="")
        REACTIONS[OrganisationMerged](session, message, heard)
        session.flush()
        return kept.role, other.role, other.organisation_id

    assert hear(1) == ("head", "member", body_id)
    assert hear(2) == ("head", "head", gone_id)
    assert hear(1) == ("head", "head", gone_id)

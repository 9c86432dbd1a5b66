"""Memberships go their way: asked for, decided, begun, renewed, ended."""

from typing import Any

import pytest
from sqlalchemy import select

from services.members.actions import joining, lasting
from services.members.actions.failures import AlreadyThere, Circle, WrongState
from services.members.model import Transition
from services.members.queries.scopes import ancestors_of
from tests.members.builders import NOW, Clock, a_draft, a_member_of, an_organisation, days, told

ACT: Any = {"actor": "somebody", "now": NOW, "reason": "since"}


@pytest.fixture
def pair(session):
    return an_organisation(session, "Member"), an_organisation(session, "Host")


def test_a_membership_is_asked_for_and_approved(session, pair):
    membership = a_draft(session, *pair)

    joining.submit(session, membership, **ACT)
    joining.approve(session, membership, **ACT)

    assert membership.state == "active"
    assert [m.state for m in told(session)[2:]] == ["draft", "submitted", "active"]
    assert ancestors_of(session, pair[0].id) == {pair[0].id, pair[1].id}


def test_every_step_keeps_who_when_why_and_what_was_before(session, pair):
    membership = a_draft(session, *pair)

    joining.submit(session, membership, **ACT)

    session.flush()
    query = select(Transition).where(Transition.subject_id == membership.id)
    step = session.scalars(query.order_by(Transition.number)).all()[-1]
    assert (step.actor, step.at, step.reason) == ("somebody", NOW, "since")
    assert (step.before, step.after) == ("draft", "submitted")


def test_a_returned_one_is_submitted_again(session, pair):
    membership = a_draft(session, *pair)
    joining.submit(session, membership, **ACT)

    joining.send_back(session, membership, **ACT)
    joining.submit(session, membership, **ACT)

    assert membership.state == "submitted"


def test_a_suspended_member_is_no_part_of_the_tree(session, pair):
    membership = joining.join_all(
        session, pair[1], [pair[0]], starts_on=days(0), actor="test", now=NOW
    )[0]

    joining.suspend(session, membership, **ACT)
    assert ancestors_of(session, pair[0].id) == {pair[0].id}

    joining.reinstate(session, membership, **ACT)
    assert pair[1].id in ancestors_of(session, pair[0].id)


@pytest.mark.parametrize("act", ["approve", "reject", "send_back", "suspend", "reinstate", "renew"])
def test_a_draft_can_t_be_decided(session, pair, act):
    membership = a_draft(session, *pair)

    with pytest.raises(WrongState):
        getattr(joining, act)(session, membership, **ACT)


@pytest.mark.parametrize(("act", "state"), [("resign", "resigned"), ("expel", "expelled")])
def test_who_leaves_may_ask_again(session, pair, act, state):
    membership = joining.join_all(
        session, pair[1], [pair[0]], starts_on=days(-9), actor="test", now=NOW
    )[0]

    getattr(joining, act)(session, membership, **ACT)

    assert (membership.state, membership.ends_on) == (state, days(0))
    assert a_draft(session, *pair).state == "draft"


def test_two_organisations_have_one_open_membership(session, pair):
    a_draft(session, *pair)

    with pytest.raises(AlreadyThere):
        a_draft(session, *pair)


def test_nobody_is_its_own_member(session, pair):
    with pytest.raises(Circle):
        a_draft(session, pair[0], pair[0])


def test_a_host_can_t_become_a_member_of_what_is_below_it(session, pair):
    below = a_member_of(session, a_member_of(session, pair[0]), "Lowest")

    with pytest.raises(Circle):
        a_draft(session, pair[0], below)


def test_two_drafts_that_would_make_a_circle_are_not_both_approved(session, pair):
    there, back = a_draft(session, *pair), a_draft(session, pair[1], pair[0])
    for membership in (there, back):
        joining.submit(session, membership, **ACT)
    joining.approve(session, there, **ACT)

    with pytest.raises(Circle):
        joining.approve(session, back, **ACT)


def test_an_approved_one_begins_on_its_day(session, pair):
    membership = a_draft(session, *pair, starts_on=days(3))
    joining.submit(session, membership, **ACT)
    joining.approve(session, membership, **ACT)
    assert membership.state == "approved"
    clock = Clock()

    assert lasting.keep_terms(session, now=clock.now) == 0
    assert lasting.keep_terms(session, now=clock.forward(days=3)) == 1
    assert membership.state == "active"


def test_a_term_that_ends_is_followed_by_grace_and_then_lapses(session, pair):
    membership = a_draft(session, *pair, ends_on=days(10))
    joining.submit(session, membership, **ACT)
    joining.approve(session, membership, **ACT)
    clock, states = Clock(), []

    for step in (10, 1, 29, 1):
        lasting.keep_terms(session, now=clock.forward(days=step))
        states.append(membership.state)

    assert states == ["active", "in_grace", "in_grace", "lapsed"]


def test_a_renewed_one_is_active_for_another_year(session, pair):
    membership = a_draft(session, *pair, ends_on=days(10))
    joining.submit(session, membership, **ACT)
    joining.approve(session, membership, **ACT)

    joining.renew(session, membership, **ACT)

    assert (membership.state, membership.ends_on) == ("active", days(375))

"""Membership types and terms: what is offered, how long it lasts, what its end brings."""

from datetime import date
from typing import Any

import pytest

from services.members.actions import joining, lasting, offering
from services.members.actions.failures import AlreadyThere, WrongState
from services.members.model import Membership
from services.members.model.membership_type import add_months
from shared.contracts.members import MembershipNoticed
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    Clock,
    a_draft,
    a_grant,
    a_person,
    an_organisation,
    days,
    told,
)

ACT: Any = {"actor": "test", "now": NOW}


def a_type(session, host, key="member", *, term="rolling", **values):
    plain = {"months": 12, "year_starts_month": 1, "grace_days": 10, "notice_days": 20, "kinds": []}
    values = plain | {"key": key, "names": {"en": key}, "term": term} | values
    return offering.offer_type(session, host, values, **ACT)


def notices(session):
    return [each.notice for each in told(session) if isinstance(each, MembershipNoticed)]


def active(session, member, host, **values):
    made = a_draft(session, member, host, **values)
    joining.submit(session, made, **ACT)
    return joining.approve(session, made, **ACT)


@pytest.fixture
def pair(session):
    return an_organisation(session, "Member", kind="company"), an_organisation(session, "Host")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 4), 24, date(2028, 5, 4)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_are_added_within_the_calendar(day, months, later):
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("term", "values", "ends_on"),
    [
        ("open", {}, None),
        ("rolling", {"months": 12}, date(2027, 5, 3)),
        ("rolling", {"months": 1}, date(2026, 6, 3)),
        ("rolling", {"months": 6, "starts_on": date(2026, 8, 31)}, date(2027, 2, 28)),
        ("rolling", {"months": 12, "starts_on": date(2024, 2, 29)}, date(2025, 2, 28)),
        ("rolling", {"months": 12, "starts_on": date(2027, 3, 1)}, date(2028, 2, 29)),
        ("fixed_year", {"year_starts_month": 1}, date(2026, 12, 31)),
        ("fixed_year", {"year_starts_month": 5}, date(2027, 4, 30)),
        ("fixed_year", {"year_starts_month": 6}, date(2026, 5, 31)),
    ],
)
def test_a_term_ends_as_its_type_says(session, pair, term, values, ends_on):
    starts_on = values.get("starts_on", days(0))
    a_type(session, pair[1], term=term, **{k: v for k, v in values.items() if k != "starts_on"})

    assert a_draft(session, *pair, starts_on=starts_on).ends_on == ends_on


def test_a_shorter_term_may_be_agreed_and_no_longer_one(session, pair):
    a_type(session, pair[1], months=1)

    with pytest.raises(Invalid):
        a_draft(session, *pair, ends_on=days(40))
    assert a_draft(session, *pair, ends_on=days(9)).ends_on == days(9)


def test_what_a_host_does_not_offer_can_t_be_asked_for(session, pair):
    a_type(session, pair[1], "institutes", kinds=["institute"])
    old = a_type(session, pair[1])
    offering.retire_type(session, old, **ACT)

    with pytest.raises(WrongState):
        a_draft(session, *pair)
    for key in ("institutes", "other"):
        values = {"member_id": pair[0].id, "host_id": pair[1].id, "type": key}
        values |= {"starts_on": days(0), "ends_on": None}
        with pytest.raises(Invalid) as failure:
            joining.draft_membership(session, values, **ACT)
        assert failure.value.faults[0].pointer == "/type"


def test_a_key_is_one_host_s_own(session, pair):
    a_type(session, pair[1])

    a_type(session, pair[0])
    with pytest.raises(AlreadyThere):
        a_type(session, pair[1])


@pytest.mark.parametrize(
    ("term", "missing"), [("rolling", "months"), ("fixed_year", "year_starts_month")]
)
def test_a_term_says_how_long_it_is(session, pair, term, missing):
    with pytest.raises(Invalid) as failure:
        a_type(session, pair[1], term=term, **{missing: None})

    assert failure.value.faults[0].pointer == f"/{missing}"


def test_a_renewal_adds_a_term_from_the_end(session, pair):
    a_type(session, pair[1], months=6)
    membership = active(session, *pair)

    joining.renew(session, membership, **ACT)

    assert membership.ends_on == date(2027, 5, 3)


def test_a_year_that_is_the_same_for_all_is_renewed_to_the_next_one_s_end(session, pair):
    a_type(session, pair[1], term="fixed_year", year_starts_month=7)
    membership = active(session, *pair)

    joining.renew(session, membership, **ACT)

    assert membership.ends_on == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("ends_on", "next_end"),
    [
        (date(2027, 12, 31), date(2028, 12, 31)),
        (date(2027, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_year_more_without_a_type_ends_on_the_same_day_in_leap_years_too(
    session, pair, ends_on, next_end
):
    membership = active(session, *pair, ends_on=ends_on)

    joining.renew(session, membership, **ACT)

    assert membership.ends_on == next_end


def test_terms_from_the_end_of_a_month_stay_at_the_ends_of_months(session, pair):
    a_type(session, pair[1], months=6)
    membership = active(session, *pair, starts_on=date(2025, 12, 31))
    ends = [membership.ends_on]

    for _ in range(2):
        joining.renew(session, membership, **ACT)
        ends.append(membership.ends_on)

    assert ends == [date(2026, 6, 30), date(2026, 12, 31), date(2027, 6, 30)]


@pytest.mark.parametrize(("ended", "state"), [(0, "active"), (-1, "in_grace"), (-31, "lapsed")])
@pytest.mark.parametrize("act", ["approve", "reinstate"])
def test_a_decision_brings_the_state_that_the_term_gives(session, pair, act, ended, state):
    membership = a_draft(session, *pair, starts_on=days(-90), ends_on=days(ended))
    joining.submit(session, membership, **ACT)
    if act == "reinstate":
        before = {"actor": "test", "now": Clock().forward(days=-60)}
        joining.approve(session, membership, **before)
        joining.suspend(session, membership, **before)

    getattr(joining, act)(session, membership, **ACT)

    assert membership.state == state


def test_a_lapsed_one_is_reinstated_for_another_term(session, pair):
    a_grant(session, a_person(session), Role.FOCAL_POINT, pair[0])
    a_type(session, pair[1], months=1)
    membership = active(session, *pair)
    clock = Clock()
    lasting.keep_terms(session, now=clock.forward(days=90))

    joining.reinstate(session, membership, actor="test", now=clock.now)

    assert (membership.state, membership.ends_on) == ("active", date(2026, 9, 1))
    assert notices(session)[-1] == "reinstated"


def test_a_lapsed_one_is_renewed_or_reinstated_only_while_nothing_newer_is_open(session, pair):
    a_type(session, pair[1], months=1)
    membership = active(session, *pair)
    lasting.keep_terms(session, now=Clock().forward(days=90))
    a_draft(session, *pair)

    with pytest.raises(AlreadyThere):
        joining.reinstate(session, membership, **ACT)


def test_a_lapsed_one_that_is_renewed_begins_anew_today(session, pair):
    a_type(session, pair[1], months=1)
    membership = active(session, *pair)
    clock = Clock()
    for _ in range(2):
        lasting.keep_terms(session, now=clock.forward(days=60))
    assert membership.state == "lapsed"

    joining.renew(session, membership, actor="test", now=clock.now)

    assert (membership.state, membership.ends_on) == ("active", date(2026, 9, 30))


def test_its_end_is_announced_once_then_comes_grace_and_then_it_lapses(session, pair):
    a_grant(session, a_person(session), Role.FOCAL_POINT, pair[0])
    a_type(session, pair[1], months=1, grace_days=10, notice_days=20)
    membership = active(session, *pair)
    clock, states = Clock(), []
    before = len(notices(session))

    # The term ends on 3 June: notice from 14 May, grace until 13 June.
    for step in (9, 1, 1, 20, 9, 1):
        now = clock.forward(days=step)
        lasting.give_notice(session, now=now)
        lasting.keep_terms(session, now=now)
        states.append(membership.state)

    assert states == ["active", "active", "active", "in_grace", "in_grace", "lapsed"]
    assert notices(session)[before:] == ["ending", "in_grace", "lapsed"]


def test_a_timer_that_was_away_for_long_goes_to_the_right_state_at_once(session, pair):
    a_type(session, pair[1], months=1)
    membership = active(session, *pair)

    lasting.keep_terms(session, now=Clock().forward(days=90))

    assert membership.state == "lapsed"


def test_a_type_without_grace_lapses_on_the_day_after(session, pair):
    a_type(session, pair[1], months=1, grace_days=0)
    membership = active(session, *pair)

    lasting.keep_terms(session, now=Clock().forward(days=31))

    assert membership.state == "lapsed"


def test_a_renewed_one_is_announced_again_before_its_new_end(session, pair):
    a_grant(session, a_person(session), Role.FOCAL_POINT, pair[0])
    a_type(session, pair[1], months=2)
    membership = active(session, *pair)
    clock = Clock()
    lasting.give_notice(session, now=clock.forward(days=50))
    joining.renew(session, membership, actor="test", now=clock.now)

    lasting.give_notice(session, now=clock.forward(days=1))
    lasting.give_notice(session, now=clock.forward(days=60))

    assert notices(session).count("ending") == 2


def test_a_notice_goes_to_the_other_side(session, pair):
    mei, kai = a_person(session), a_person(session)
    a_grant(session, mei, Role.FOCAL_POINT, pair[0])
    a_grant(session, kai, Role.FOCAL_POINT, pair[1])
    membership = a_draft(session, *pair)

    joining.submit(session, membership, actor=str(mei.id), now=NOW)
    joining.send_back(session, membership, actor=str(kai.id), now=NOW, reason="no seal")

    found = [each for each in told(session) if isinstance(each, MembershipNoticed)]
    assert [(each.notice, each.person_ids) for each in found] == [
        ("submitted", (kai.id,)),
        ("returned", (mei.id,)),
    ]
    assert found[1].reason == "no seal"


def test_a_member_that_nobody_looks_after_is_told_by_its_submitter_or_its_own_address(session):
    host, company = an_organisation(session), an_organisation(session, email="office@c.example")
    someone = a_person(session)
    membership = a_draft(session, company, host)
    joining.submit(session, membership, actor=str(someone.id), now=NOW)
    session.flush()

    joining.approve(session, membership, **ACT)
    joining.suspend(session, membership, actor=str(someone.id), now=NOW)

    found = [each for each in told(session) if isinstance(each, MembershipNoticed)]
    assert [(each.person_ids, each.email) for each in found] == [
        ((someone.id,), None),
        ((), "office@c.example"),
    ]


def test_an_import_s_members_get_the_term_of_the_type(session, pair):
    a_type(session, pair[1], months=12)

    made: list[Membership] = joining.join_all(session, pair[1], [pair[0]], starts_on=days(0), **ACT)

    assert made[0].ends_on == date(2027, 5, 3)

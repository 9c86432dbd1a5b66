"""Nobody gives what they don't have, and somebody always runs the installation."""

from datetime import timedelta

import pytest

from services.members.actions import granting
from services.members.actions.failures import LastOperator, NotHeld
from services.members.actions.granting import Power
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_member_of,
    a_person,
    an_asker,
    an_organisation,
)


@pytest.fixture
def tree(session):
    """An alliance, its association, the association's company; and a stranger."""
    alliance = an_organisation(session, "Alliance", kind="alliance")
    association = a_member_of(session, alliance, "Association", kind="association")
    company = a_member_of(session, association, "Company")
    return {
        "alliance": alliance,
        "association": association,
        "company": company,
        "stranger": an_organisation(session, "Stranger"),
    }


def holder(session, role, place=None, **rest):
    person = a_person(session)
    a_grant(session, person, role, place, **rest)
    return an_asker(session, person)


@pytest.mark.parametrize(
    ("role", "place", "gives", "at", "is_fine"),
    [
        (Role.OPERATOR, None, Role.OPERATOR, None, True),
        (Role.OPERATOR, None, Role.FOCAL_POINT, "company", True),
        (Role.ORGANIZER, "alliance", Role.ORGANIZER, "association", True),
        (Role.ORGANIZER, "alliance", Role.FOCAL_POINT, "company", True),
        (Role.ORGANIZER, "alliance", Role.OPERATOR, None, False),
        (Role.ORGANIZER, "alliance", Role.ORGANIZER, None, False),
        (Role.ORGANIZER, "alliance", Role.FOCAL_POINT, "stranger", False),
        (Role.FOCAL_POINT, "association", Role.FOCAL_POINT, "association", True),
        (Role.FOCAL_POINT, "association", Role.READER, "company", True),
        (Role.FOCAL_POINT, "association", Role.ORGANIZER, "association", False),
        (Role.FOCAL_POINT, "association", Role.FOCAL_POINT, "alliance", False),
        (Role.READER, "association", Role.READER, "association", False),
    ],
)
def test_one_gives_the_same_or_less_as_far_or_nearer(
    session, tree, role, place, gives, at, is_fine
):
    asker = holder(session, role, tree.get(place))
    where = tree[at].id if at else None

    if is_fine:
        granting.require_holding(session, asker, Power(gives, where), now=NOW)
    else:
        with pytest.raises(NotHeld):
            granting.require_holding(session, asker, Power(gives, where), now=NOW)


def test_who_has_one_organisation_alone_can_t_give_what_is_below_it(session, tree):
    asker = holder(session, Role.FOCAL_POINT, tree["association"], subtree=False)

    with pytest.raises(NotHeld):
        granting.require_holding(
            session, asker, Power(Role.FOCAL_POINT, tree["association"].id), now=NOW
        )


@pytest.mark.parametrize(
    ("lasts", "until", "is_fine"),
    [
        (None, None, True),
        (None, 9, True),
        (9, 9, True),
        (9, 8, True),
        (9, 10, False),
        (9, None, False),
    ],
)
def test_nobody_gives_for_longer_than_they_have_it(session, tree, lasts, until, is_fine):
    ends = [None if each is None else NOW + timedelta(days=each) for each in (lasts, until)]
    asker = holder(session, Role.FOCAL_POINT, tree["association"], expires_at=ends[0])
    power = Power(Role.READER, tree["company"].id, until=ends[1])

    if is_fine:
        granting.require_holding(session, asker, power, now=NOW)
    else:
        with pytest.raises(NotHeld, match="ends before that"):
            granting.require_holding(session, asker, power, now=NOW)


def test_what_was_taken_away_can_t_be_given_by_a_token_that_still_lives(session, tree):
    person = a_person(session)
    held = a_grant(session, person, Role.FOCAL_POINT, tree["association"])
    asker = an_asker(session, person)
    granting.revoke_grant(session, held, actor="test", now=NOW)

    power = Power(Role.READER, tree["company"].id)
    with pytest.raises(NotHeld):
        granting.require_holding(session, asker, power, now=NOW)


def test_the_last_operator_stays(session):
    person = a_person(session)
    only = a_grant(session, person, Role.OPERATOR)

    with pytest.raises(LastOperator):
        granting.revoke_grant(session, only, actor="test", now=NOW)


def test_an_operator_goes_when_there_is_another(session):
    one = a_grant(session, a_person(session), Role.OPERATOR)
    a_grant(session, a_person(session), Role.OPERATOR)

    granting.revoke_grant(session, one, actor="test", now=NOW)

    assert one.revoked_at == NOW


def test_an_operator_is_one_everywhere(session):
    with pytest.raises(Invalid):
        a_grant(session, a_person(session), Role.OPERATOR, an_organisation(session))


def test_nobody_who_may_do_less_changes_the_address_of_who_may_do_more(session, tree):
    person = a_person(session)
    a_grant(session, person, Role.ORGANIZER, tree["alliance"])
    asker = holder(session, Role.FOCAL_POINT, tree["association"])

    with pytest.raises(NotHeld):
        granting.require_over(session, asker, person, now=NOW)

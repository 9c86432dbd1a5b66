"""Serving somebody out of turn, with a reason that is kept."""

import pytest
from sqlalchemy import select

from services.events.actions.failures import WrongState
from services.events.actions.grouping import Companion, Contact, people_of, register_group
from services.events.actions.overriding import put_first
from services.events.actions.registering import as_it_is, cancel_registration
from services.events.model import Transition
from shared.foundation.failures import Invalid
from tests.events.builders import a_workshop, comes, seats_of


def a_full_workshop(session):
    """One seat, taken by Ann; Ben, Cho and Dee wait."""
    workshop = a_workshop(session, seats=1)
    names = ("Ann", "Ben", "Cho", "Dee")
    return workshop, *(comes(session, workshop, name).registration for name in names)


def places(session, *registrations):
    return [as_it_is(session, each).place for each in registrations]


def test_who_is_put_first_gets_the_next_seat_and_the_others_keep_their_order(session, now):
    workshop, ann, ben, cho, dee = a_full_workshop(session)

    put_first(session, dee, actor="organizer", now=now, reason="She interprets for Cho.")

    assert places(session, dee, ben, cho) == [1, 2, 3]
    cancel_registration(session, ann, actor="link", now=now)
    assert [each.state for each in (dee, ben, cho)] == ["offered", "waiting", "waiting"]
    assert seats_of(session, workshop) == {"offered": 1, "waiting": 2}


def test_the_override_is_kept_with_who_and_why(session, now):
    _, _, _, _, dee = a_full_workshop(session)

    put_first(session, dee, actor="organizer", now=now, reason="She interprets for Cho.")
    put_first(session, dee, actor="organizer", now=now, reason="Again.")

    query = select(Transition).where(
        Transition.subject_id == dee.id, Transition.actor == "organizer"
    )
    kept = [(each.before, each.after, each.reason) for each in session.scalars(query)]
    assert kept == [("waiting", "waiting", "put first in line: She interprets for Cho.")]


def test_nobody_is_put_first_without_a_reason(session, now):
    _, _, ben, _, dee = a_full_workshop(session)

    with pytest.raises(Invalid):
        put_first(session, dee, actor="organizer", now=now)

    assert places(session, ben, dee) == [1, 3]


def test_only_who_waits_is_put_first(session, now):
    _, ann, *_ = a_full_workshop(session)

    with pytest.raises(WrongState, match="put first"):
        put_first(session, ann, actor="organizer", now=now, reason="No.")


def test_a_group_that_comes_together_is_put_first_together(session, now):
    workshop = a_workshop(session, seats=2, taken=2)
    ben = comes(session, workshop, "Ben").registration
    contact = Contact(name="Eve", email="eve@people.example")
    pair = [Companion(name="Eve"), Companion(name="Flo")]
    group, _ = register_group(
        session, workshop, contact, pair, is_together=True, actor="guest", now=now
    )
    eve, flo = people_of(session, group)

    put_first(session, flo, actor="organizer", now=now, reason="They open the workshop.")

    assert places(session, eve, flo, ben) == [1, 2, 3]

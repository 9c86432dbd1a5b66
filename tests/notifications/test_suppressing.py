"""Suppressions: what they hold for, and until when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.notifications.actions.choosing import choose
from services.notifications.actions.failures import AlreadySuppressed
from services.notifications.actions.releasing import release_due
from services.notifications.actions.suppressing import lift, suppress, suppress_by_hand
from services.notifications.model import Suppression, Transition
from services.notifications.queries.deliveries import suppressions
from shared.contracts import events
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from tests.notifications.builders import a_published_workshop, a_registration_state, hears
from tests.notifications.test_holding import mails, notice


def by_hand(session, now, **facts):
    plain = {"reason": "asked for it", "scope": "all", "expires_at": None, "actor": "operator"}
    return suppress_by_hand(session, "ann@people.example", now=now, **(plain | facts))


def test_what_holds_for_the_optional_lets_tickets_pass(session, now):
    by_hand(session, now, scope="optional")
    workshop = a_published_workshop(session)

    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))
    notice(session, now)

    ticket, news = mails(session)
    assert (ticket.state, news.state, news.reason) == ("queued", "suppressed", "asked for it")


def test_one_that_has_expired_holds_for_nothing_and_can_be_made_anew(session, now):
    by_hand(session, now, expires_at=now + timedelta(days=1))
    later = now + timedelta(days=2)

    notice(session, later)
    again = suppress(session, "ann@people.example", reason="550 gone", now=later)

    assert mails(session)[0].state == "queued"
    assert [each.id for each in session.scalars(suppressions(now=later))] == [again.id]


def test_what_was_held_is_not_sent_to_an_address_that_bounced_meanwhile(session, now):
    person = new_id()
    choose(session, person, {"digest": "daily"}, actor="test", now=now)
    notice(session, now, person_id=person)
    suppress(session, "ann@people.example", reason="550 gone", now=now)

    release_due(session, now=now + timedelta(days=1))

    assert [each.state for each in mails(session)] == ["suppressed"]


def test_who_suppressed_and_who_lifted_is_kept(session, now):
    made = by_hand(session, now)
    lift(session, made, actor="somebody", now=now)
    lift(session, made, actor="somebody else", now=now)

    steps = session.scalars(select(Transition).where(Transition.subject_id == made.id)).all()
    assert [(each.actor, each.after) for each in steps] == [
        ("operator", "all"), ("somebody", "lifted"),
    ]  # fmt: skip


def test_a_second_one_and_a_past_end_are_refused(session, now):
    by_hand(session, now)

    with pytest.raises(AlreadySuppressed):
        by_hand(session, now)
    with pytest.raises(Invalid):
        by_hand(session, now, expires_at=now)

    assert len(session.scalars(select(Suppression)).all()) == 1

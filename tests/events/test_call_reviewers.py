"""Reviewers of a call are told that they are, once, and reminded of what they have left, once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from services.events.actions.judging import decide, write_review
from services.events.actions.naming_reviewers import (
    calls_to_remind_of,
    remind_reviewers,
    set_reviewers,
)
from services.events.model import CallReviewer
from shared.contracts.events_calls import ReviewerNamed, ReviewsDue
from shared.contracts.message import from_envelope
from shared.messaging.tables import outbox
from tests.events.builders import NOW, a_workshop
from tests.events.call_builders import SUBMISSION, a_call, a_person, a_submission, reviewers

CLOSING = NOW + timedelta(days=10)
DUE = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)
"""Nine in Taipei, two days after it closed."""


def told(session, kind=ReviewerNamed):
    session.flush()
    query = select(outbox.c.envelope).where(outbox.c.type == kind.type).order_by(outbox.c.number)
    return [from_envelope(json.loads(each)).message for each in session.scalars(query)]


def hears_of(session, kind=ReviewerNamed):
    return [each.person_id for each in told(session, kind)]


def reminds(session, *, now):
    return sum(
        remind_reviewers(session, each, now=now) for each in calls_to_remind_of(session, now=now)
    )


def scored(session, found, by, **rest):
    values = {"scores": {"fit": 3, "new": 3}, "comment": "", "has_conflict": False} | rest
    write_review(session, found, by.person_id, now=NOW, **values)


def test_who_is_new_is_told_and_nobody_is_told_twice(session):
    call = a_call(session, a_workshop(session))
    kim, lou = a_person(session, "Kim"), a_person(session, "Lou")

    reviewers(session, call, kim)
    for _ in range(2):
        reviewers(session, call, lou, kim, lou)

    assert hears_of(session) == [kim.person_id, lou.person_id]
    assert told(session)[0].call.closes_at == CLOSING


def test_who_was_taken_off_and_is_named_again_is_told_again(session):
    call, kim = a_call(session, a_workshop(session)), a_person(session, "Kim")

    for people in ([kim], [], [kim]):
        reviewers(session, call, *people)

    assert hears_of(session) == [kim.person_id] * 2
    assert session.scalars(select(CallReviewer.person_id)).all() == [kim.person_id]


def test_who_has_something_left_is_reminded_two_days_after_the_closing_and_once(session):
    call = a_call(session, a_workshop(session))
    kim, lou, ann = (a_person(session, name) for name in ("Kim", "Lou", "Ann"))
    reviewers(session, call, kim, lou, ann)
    first, second = (a_submission(session, call, title=each) for each in ("One", "Two"))
    for each in (first, second):
        scored(session, each, lou)
    scored(session, first, kim)

    assert reminds(session, now=DUE - timedelta(seconds=1)) == 0
    assert reminds(session, now=DUE) == 1
    assert reminds(session, now=DUE + timedelta(minutes=1)) == 0

    [message] = told(session, ReviewsDue)
    assert (message.person_id, message.left) == (kim.person_id, 1)


def test_what_is_decided_withdrawn_own_or_declared_waits_for_no_review(session):
    call, kim = a_call(session, a_workshop(session)), a_person(session, "Kim")
    reviewers(session, call, kim)
    decide(session, a_submission(session, call), "accept", actor="test", now=NOW)
    scored(session, a_submission(session, call, title="Near"), kim, has_conflict=True)
    a_submission(session, call, title="Own", email="kim@people.example")
    a_submission(
        session,
        call,
        title="Spoken",
        speakers=[SUBMISSION["speakers"][0] | {"email": "kim@people.example"}],
    )

    assert reminds(session, now=DUE) == 0


@pytest.mark.parametrize(
    ("days", "count"), [(0, 1), (7, 1), (8, 0), (400, 0)], ids=["due", "late", "too late", "old"]
)
def test_a_reminder_that_was_missed_is_given_within_a_week(session, days, count):
    call = a_call(session, a_workshop(session))
    reviewers(session, call, a_person(session, "Kim"))
    a_submission(session, call)

    assert reminds(session, now=DUE + timedelta(days=days)) == count


def test_another_closing_is_reminded_of_anew(session):
    workshop = a_workshop(session)
    call = a_call(session, workshop)
    reviewers(session, call, a_person(session, "Kim"))
    a_submission(session, call)
    reminds(session, now=DUE)

    a_call(session, workshop, closes_at=CLOSING + timedelta(days=5))

    assert reminds(session, now=DUE + timedelta(days=1)) == 0
    assert reminds(session, now=DUE + timedelta(days=5)) == 1


def test_who_is_named_when_reminders_are_given_already_is_not_reminded_at_once(session):
    call, kim = a_call(session, a_workshop(session)), a_person(session, "Kim")
    a_submission(session, call)

    set_reviewers(session, call, [kim.person_id], now=DUE)

    assert reminds(session, now=DUE + timedelta(minutes=1)) == 0
    session.execute(delete(CallReviewer))
    set_reviewers(session, call, [kim.person_id], now=DUE - timedelta(minutes=1))
    assert reminds(session, now=DUE + timedelta(minutes=1)) == 1


def test_of_a_cancelled_workshop_nobody_is_reminded(session):
    workshop = a_workshop(session)
    call = a_call(session, workshop)
    reviewers(session, call, a_person(session, "Kim"))
    a_submission(session, call)
    workshop.state = "cancelled"
    session.flush()

    assert reminds(session, now=DUE) == 0

"""From a gap to seats, and a run's figures told whenever they change."""

import json
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from services.events.actions import certifying, counting, registering
from services.events.actions.confirming import confirm
from services.events.actions.counting import changed_runs, runs_to_tell, tell_run
from services.events.actions.planning import Need, plan_run, share_seats
from services.events.actions.scheduling import cancel_workshop
from services.events.model import Allotment, Certificate, ToldRun
from services.events.queries.credentials import Addresses, credential_of
from services.events.timers import count_all_runs, count_runs
from shared.contracts.events_certificates import CertificateIssued
from shared.contracts.events_courses import CourseRunCounted
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.messaging.outbox import told_in
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_nomination,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)
from tests.events.course_builders import a_capability, a_course, a_run, certifies, was_there

ESCO = "http://data.europa.eu/esco/skill/7b5ba4a2-3d4c-4b5c-8a5f-0123456789ab"
RUN = {
    "starts_at": IN_A_MONTH,
    "ends_at": IN_A_MONTH + timedelta(hours=6),
    "time_zone": "Asia/Taipei",
    "venue": {"mode": "online"},
    "capacity": None,
    "release_at": None,
    "trainer_ids": [],
}


@pytest.mark.parametrize(
    ("heads", "capacity", "seats"),
    [
        ([3, 2], 9, [3, 2]),
        ([34, 21, 9], 40, [21, 13, 6]),
        ([1, 1, 1], 2, [1, 1, 0]),
        ([997, 1, 1], 10, [8, 1, 1]),
        ([50, 30, 20], 10, [5, 3, 2]),
        ([], 10, []),
        ([5], 0, [0]),
    ],
)
def test_seats_are_shared_by_largest_remainder(heads, capacity, seats):
    assert share_seats(heads, capacity) == seats


@given(st.lists(st.integers(1, 500), max_size=12), st.integers(0, 300))
def test_no_seat_too_many_and_one_for_each_where_there_are_enough(heads, capacity):
    seats = share_seats(heads, capacity)

    assert sum(seats) == min(sum(heads), capacity)
    assert all(0 <= each <= head for each, head in zip(seats, heads, strict=True))
    assert len(heads) > capacity or all(seats)


def test_a_planned_run_is_a_draft_with_its_allotments(session):
    bodies = [an_organisation(session, name) for name in ("A", "B", "C")]
    needs = [Need(body, heads) for body, heads in zip(bodies, (34, 21, 9), strict=True)]
    course = a_course(session)

    made = plan_run(session, course, RUN | {"capacity": 40}, needs, actor="test", now=NOW)

    query = select(Allotment).where(Allotment.workshop_id == made.id)
    assert (made.state, made.course_id, made.titles) == ("draft", course.id, course.names)
    assert {each.organisation_id: each.seats for each in session.scalars(query)} == dict(
        zip(bodies, (21, 13, 6), strict=True)
    )
    assert seats_of(session, made) == {"allotted": 40}


def test_a_run_without_a_capacity_has_what_is_needed_and_an_unknown_body_needs_nothing(session):
    body, course = an_organisation(session), a_course(session)
    twice = [Need(body, 3), Need(body, 4)]

    made = plan_run(session, course, RUN, twice, actor="test", now=NOW)

    assert made.capacity == 7
    with pytest.raises(Invalid) as refused:
        plan_run(session, course, RUN, [Need(new_id(), 1)], actor="test", now=NOW)
    assert refused.value.faults[0].pointer == "/needs/0/organisation_id"


LONG_AGO = NOW - timedelta(days=999)


def tells(session, run_ids):
    """What is told of the runs now."""
    before = len(told_in(session))
    for run_id in run_ids:
        tell_run(session, run_id, now=NOW)
    return [each for each in told_in(session)[before:] if isinstance(each, CourseRunCounted)]


def counted(session, ended_after=LONG_AGO):
    """What is told now, as by the timer that looks often."""
    session.flush()
    return tells(session, changed_runs(session, ended_after=ended_after))


def figures(message):
    return {
        each.organisation_id: (each.planned, each.seated, each.attended, each.certified)
        for each in message.counts
    }


def test_figures_are_told_by_body_once_for_each_change(session):
    capability = a_capability(session)
    run = a_run(session, a_course(session, capability_ids=[capability]), seats=20)
    body, club = an_organisation(session, "A"), an_organisation(session, "Club")
    company = an_organisation(session, "Acme", kind="company")
    gives_seats(session, run, body, 5)

    (first,) = counted(session)
    assert counted(session) == []
    confirm(session, a_nomination(session, run, body), actor="link", now=NOW)
    was_there(session, run, "Ann", organisation_id=club)
    comes(session, run, "Bo", organisation_id=company)
    comes(session, run, "Cy")
    certifies(session, run)
    (second,) = counted(session)

    assert (first.version, second.version) == (1, 2)
    assert (first.capability_ids, first.staff_level, first.job_kind) == (
        *((capability,), "specialist"),
        "hybrid",
    )
    assert (first.capacity, first.state) == (20, "published")
    assert figures(first) == {body: (5, 0, 0, 0)}
    assert figures(second) == {
        body: (5, 1, 0, 0),
        club: (0, 1, 1, 1),
        company: (0, 1, 0, 0),
        None: (0, 1, 0, 0),
    }


def test_a_cancelled_run_is_told_and_what_runs_no_course_never(session):
    run = a_run(session, a_course(session))
    comes(session, run, "Ann")
    comes(session, a_workshop(session), "Bo")

    told = counted(session)
    cancel_workshop(session, run, actor="test", now=NOW)
    told += counted(session)

    assert [(each.workshop_id, each.state, each.capacity) for each in told] == [
        (run.id, "published", 1),
        (run.id, "cancelled", 1),
    ]


def test_what_is_revoked_long_after_the_end_is_told_when_all_are_looked_at(session):
    run = a_run(session, a_course(session), seats=3)
    was_there(session, run, "Ann")
    certifies(session, run)
    told = counted(session)
    certificate = session.scalars(select(Certificate)).one()
    certifying.revoke(session, certificate, actor="test", now=NOW)

    assert counted(session, ended_after=run.ends_at) == []
    told += tells(session, runs_to_tell(session)[0])

    assert [figures(each)[None][3] for each in told] == [1, 0]
    assert runs_to_tell(session) == ([], None)


def test_what_changes_no_figure_is_not_told_and_not_looked_at_again(session):
    run = a_run(session, a_course(session), seats=3)
    counted(session)
    person = comes(session, run, "Ann").registration
    registering.cancel_registration(session, person, actor="test", now=NOW)
    session.flush()
    looked_at = changed_runs(session, ended_after=LONG_AGO)

    assert (looked_at, tells(session, looked_at)) == ([run.id], [])
    assert changed_runs(session, ended_after=LONG_AGO) == []


@pytest.mark.parametrize("timer", [count_runs, count_all_runs])
def test_a_timer_goes_over_all_runs_and_tells_each_once(database, monkeypatch, timer):
    monkeypatch.setattr(counting, "AT_ONCE", 2)
    monkeypatch.setattr(counting, "MOST_AT_ONCE", 3)
    with database.writing() as session:
        course = a_course(session)
        runs = {a_run(session, course).id for _ in range(5)}

    for _ in range(3):
        timer(database, NOW)

    with database.reading() as session:
        told = session.execute(select(ToldRun.workshop_id, ToldRun.version)).all()
    assert {tuple(row) for row in told} == {(run_id, 1) for run_id in runs}


@pytest.mark.parametrize("look", [partial(changed_runs, ended_after=LONG_AGO), runs_to_tell])
def test_looking_at_many_runs_takes_as_many_queries_as_at_one(session, look):
    course, asked = a_course(session), []
    watch = session.get_bind().engine
    event.listen(watch, "before_cursor_execute", lambda *rest: asked.append(rest[2]))
    counts = set()
    for number in range(3):
        comes(session, a_run(session, course), f"Ann {number}")
        session.flush()
        asked.clear()
        look(session)
        counts.add(len(asked))

    assert len(counts) == 1


def test_a_certificate_says_what_the_course_taught_then(session):
    capability = a_capability(session, esco_uri=ESCO, names={"en": "Inventory", "zh-Hant": "盤查"})
    course = a_course(session, capability_ids=[capability])
    run = a_run(session, course)
    was_there(session, run, "Ann", locale="zh-Hant")
    certifies(session, run)
    course.staff_level = "manager"
    session.flush()

    (message,) = [each for each in told_in(session) if type(each) is CertificateIssued]
    certificate = session.scalars(select(Certificate)).one()
    credential = credential_of(session, certificate, Addresses("https://plenary.example"))

    state = message.certificate
    assert (state.course_id, state.capability_ids) == (course.id, (capability,))
    assert (state.staff_level, state.job_kind) == ("specialist", "hybrid")
    achievement = credential["credentialSubject"]["achievement"]
    assert achievement["alignment"] == [
        {
            "type": ["Alignment"],
            "targetCode": "MG-01",
            "targetName": "盤查",
            "targetFramework": "ESCO",
            "targetType": "ext:ESCOSkill",
            "targetUrl": ESCO,
        }
    ]
    json.dumps(credential)

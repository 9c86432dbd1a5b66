"""What waits for whom when they come in: nothing of another's host or body."""

from datetime import timedelta

import pytest

from services.events.actions.judging import decide, write_review
from services.events.actions.registering import register
from services.events.queries.calls import count_to_review
from services.events.queries.registrations import allotments_for
from services.events.queries.starting import body_start, deadlines_of_one, organizer_start
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from tests.events.builders import (
    NOW,
    a_draft,
    a_nomination,
    a_workshop,
    an_attendee,
    an_organisation,
    gives_seats,
)
from tests.events.call_builders import a_call, a_person, a_submission, reviewers

pytestmark = pytest.mark.usefixtures("session")


def asker(role, organisation_id):
    grants = (Grant(role, organisation_id, subtree=True),)
    return Asker(Identity(new_id(), new_id(), "Ann", "ann@people.example", "en", grants))


def test_an_organizer_sees_drafts_decisions_and_nominees_of_their_own_hosts_alone(session):
    ours, theirs = an_organisation(session, "Ours"), an_organisation(session, "Theirs")
    body = an_organisation(session, "A body")
    for host in (ours, theirs):
        a_draft(session, host_id=host)
        asked = a_workshop(session, seats=10, host_id=host, mode="approval")
        register(session, asked, an_attendee("Ann"), actor="guest", now=NOW)
        gives_seats(session, asked, body, 2)
        a_nomination(session, asked, body)
        session.flush()

    found = organizer_start(session, asker(Role.ORGANIZER, ours), now=NOW)

    assert {each.host_id for each in found.workshops} == {ours}
    assert len(found.drafts) == 1
    assert list(found.pending.values()) == [1]
    assert list(found.unanswered.values()) == [1]


def test_an_organizer_sees_what_was_submitted_until_it_is_decided(session):
    host = an_organisation(session, "Ours")
    call = a_call(session, a_workshop(session, host_id=host))
    made = a_submission(session, call)
    before = organizer_start(session, asker(Role.ORGANIZER, host), now=NOW).submitted

    decide(session, made, "accept", actor="Ann", now=NOW, reason="")

    assert before == {call.workshop_id: 1}
    assert organizer_start(session, asker(Role.ORGANIZER, host), now=NOW).submitted == {}


def test_a_reviewer_sees_what_they_have_not_reviewed(session):
    kim = a_person(session, "Kim")
    call = a_call(session, a_workshop(session))
    reviewers(session, call, kim)
    made = a_submission(session, call)
    a_submission(session, call, title="Another")
    before = count_to_review(session, kim)

    said = {"scores": {"fit": 3, "new": 3}, "comment": "", "has_conflict": False}
    write_review(session, made, kim.person_id, **said, now=NOW)

    assert (before, count_to_review(session, kim)) == (2, 1)


def test_what_has_ended_needs_nobody_any_more(session):
    host = an_organisation(session)
    a_workshop(session, host_id=host)

    found = organizer_start(session, asker(Role.ORGANIZER, host), now=NOW + timedelta(days=60))

    assert found.workshops == []
    assert found.deadlines == []


def test_a_focal_point_sees_their_own_seats_and_how_far_their_nominees_are(session):
    ours, theirs = an_organisation(session, "Ours"), an_organisation(session, "Theirs")
    workshop = a_workshop(session, seats=20)
    for body, name in ((ours, "Min"), (theirs, "Lee")):
        gives_seats(session, workshop, body, 4, release_at=NOW + timedelta(days=9))
        a_nomination(session, workshop, body, name)
    session.flush()
    who = asker(Role.FOCAL_POINT, ours)

    found = body_start(session, who, allotments_for(session, who, now=NOW), now=NOW)

    assert [each.organisation_id for each in found.to_name] == [ours]
    assert found.to_name[0].unused == 3
    assert found.nominees == {(workshop.id, ours): {"submitted": 1}}
    assert [each.kind for each in found.deadlines] == ["release_at", "starts_at"]


def test_a_day_on_which_no_seat_is_left_to_return_is_no_deadline(session):
    body = an_organisation(session)
    workshop = a_workshop(session, seats=20)
    gives_seats(session, workshop, body, 1, release_at=NOW + timedelta(days=9))
    session.flush()
    before = deadlines_of_one(session, workshop, now=NOW)
    a_nomination(session, workshop, body)
    session.flush()

    after = deadlines_of_one(session, workshop, now=NOW)

    assert [each.kind for each in before] == ["release_at", "starts_at"]
    assert [each.kind for each in after] == ["starts_at"]

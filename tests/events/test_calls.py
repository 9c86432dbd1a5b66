"""Calls for contributions: submitting, reviewing, deciding, and into the programme."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.events.actions.failures import CallClosed, WrongState
from services.events.actions.forgetting import forget_person
from services.events.actions.judging import decide, take_into_programme, write_review
from services.events.actions.naming_reviewers import set_reviewers
from services.events.actions.programming import add_session, remove_part
from services.events.actions.retaining import RETENTION
from services.events.actions.sharing import Upload, sweep_contents
from services.events.actions.submitting import (
    attach,
    change_submission,
    submit,
    withdraw_submission,
)
from services.events.model import CallReviewer, Review, Speaker, Submission
from services.events.queries.calls import (
    get_own_submission,
    get_reviewed,
    history_of,
    ranking,
    to_review,
)
from shared.files import FileStore
from shared.foundation.failures import Conflict, Invalid, NotFound, TooMany
from shared.foundation.identities import Asker
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.tables import outbox
from tests.events.builders import NOW, a_workshop
from tests.events.call_builders import (
    CALL,
    SUBMISSION,
    a_call,
    a_person,
    a_submission,
    reviewers,
)


def told(session):
    session.flush()
    types = session.scalars(select(outbox.c.type).order_by(outbox.c.number)).all()
    return [each.split(".")[2] for each in types if "submission" in each]


def decides(session, found, verb, **rest):
    return decide(session, found, verb, actor="test", now=NOW, **rest)


def reviews(session, found, by, fit, new, **rest):
    scores = {"fit": fit, "new": new}
    values = {"scores": scores, "comment": "Good", "has_conflict": False} | rest
    return write_review(session, found, by.person_id, now=NOW, **values)


def test_submitting_is_told_once_however_often_it_is_sent(session):
    call = a_call(session, a_workshop(session))

    first = a_submission(session, call)
    again, is_new = submit(
        session, call, SUBMISSION | {"title": "green PORTALS"}, person_id=None, actor="g", now=NOW
    )

    assert (again.id, is_new) == (first.id, False)
    assert told(session) == ["submission_received"]


@pytest.mark.parametrize(
    "values",
    [
        {"is_published": False},
        {"opens_at": NOW + timedelta(seconds=1)},
        {"closes_at": NOW},
    ],
)
def test_nothing_is_taken_before_a_call_opens_nor_after_it_closes(session, values):
    call = a_call(session, a_workshop(session), **values)

    with pytest.raises(CallClosed):
        a_submission(session, call)


def test_a_topic_is_one_of_the_calls(session):
    call = a_call(session, a_workshop(session))

    for values in ({"topic": "other"}, {"topic": None}, {"kind": "talk"}):
        with pytest.raises(Invalid) as refused:
            a_submission(session, call, **values)
        assert refused.value.faults[0].pointer == f"/{next(iter(values))}"


def test_one_address_can_not_flood_a_call(session, monkeypatch):
    monkeypatch.setattr("services.events.actions.submitting.MOST_OF_ONE", 2)
    call = a_call(session, a_workshop(session))
    for number in range(2):
        a_submission(session, call, title=f"Talk {number}")

    with pytest.raises(TooMany):
        a_submission(session, call, title="Talk 3")


def test_a_submission_is_changed_until_the_call_closes_and_withdrawn_once(session):
    call = a_call(session, a_workshop(session))
    found = a_submission(session, call)

    change_submission(session, found, {"title": "Better"}, actor="link", now=NOW)
    with pytest.raises(CallClosed):
        change_submission(session, found, {"title": "Late"}, actor="link", now=call.closes_at)
    for _ in range(2):
        withdraw_submission(session, found, actor="link", now=NOW)

    assert (found.title, found.state) == ("Better", "withdrawn")
    assert told(session) == ["submission_received", "submission_withdrawn"]
    with pytest.raises(WrongState):
        change_submission(session, found, {"title": "Zombie"}, actor="link", now=NOW)


def test_a_returned_one_is_revised_after_the_closing_and_decided_with_its_history(session):
    call = a_call(session, a_workshop(session))
    found = a_submission(session, call)

    with pytest.raises(Invalid):
        decides(session, found, "return")
    for _ in range(2):
        decides(session, found, "return", reason="Shorter, please")
    change_submission(session, found, {"abstract": "Short."}, actor="link", now=call.closes_at)
    for verb in ("reserve", "accept", "accept"):
        decides(session, found, verb)

    assert told(session) == [
        *("submission_received", "submission_returned", "submission_received"),
        *("submission_reserved", "submission_accepted"),
    ]
    assert [(each.before, each.after, each.reason) for each in history_of(session, found)] == [
        (None, "submitted", ""),
        ("submitted", "returned", "Shorter, please"),
        ("returned", "submitted", ""),
        ("submitted", "reserved", ""),
        ("reserved", "accepted", ""),
    ]


def test_reviewers_see_their_call_alone_and_never_what_is_their_own(session):
    call, other = (a_call(session, a_workshop(session)) for _ in range(2))
    kim, stranger = a_person(session, "Kim"), a_person(session, "Stranger")
    reviewers(session, call, kim)
    seen = a_submission(session, call)
    hidden = [
        a_submission(session, call, title="By account", person_id=kim.person_id),
        a_submission(session, call, title="By address", email="KIM@people.example"),
        a_submission(
            session,
            call,
            title="As speaker",
            speakers=[SUBMISSION["speakers"][0] | {"email": "Kim@people.example"}],
        ),
        a_submission(session, other),
    ]

    assert [each.id for each in session.scalars(to_review(kim))] == [seen.id]
    assert get_reviewed(session, seen.id, kim)[0] is seen
    for each in hidden:
        with pytest.raises(NotFound):
            get_reviewed(session, each.id, kim)
    for who in (stranger, Asker()):
        with pytest.raises(NotFound):
            get_reviewed(session, seen.id, who)
    set_reviewers(session, call, [], now=NOW)
    with pytest.raises(NotFound):
        get_reviewed(session, seen.id, kim)


def test_a_link_opens_its_own_submission_and_no_other(session):
    call = a_call(session, a_workshop(session))
    one, two = a_submission(session, call), a_submission(session, call, title="Two")

    assert get_own_submission(session, one.id, Asker(link=one.link_token)) is one
    with pytest.raises(NotFound):
        get_own_submission(session, two.id, Asker(link=one.link_token))


def test_the_ranking_has_mean_and_spread_and_leaves_conflicts_out(session):
    call = a_call(session, a_workshop(session))
    kim, lou, max_ = (a_person(session, name) for name in ("Kim", "Lou", "Max"))
    reviewers(session, call, kim, lou, max_)
    good, fair, none = (a_submission(session, call, title=each) for each in ("G", "F", "N"))
    reviews(session, fair, kim, 3, 3)
    reviews(session, good, kim, 1, 1)
    reviews(session, good, kim, 5, 4)  # instead of what they said before
    reviews(session, good, lou, 3, 4)
    reviews(session, good, max_, 1, 1, has_conflict=True)

    found = ranking(session, call)

    assert [each.submission.title for each in found] == ["G", "F", "N"]
    assert (found[0].score, found[0].spread) == (4.0, 1.0)
    assert (found[0].reviews, found[0].conflicts) == (2, 1)
    assert (found[2].score, found[2].submission) == (None, none)
    kept = session.get_one(Review, (good.id, max_.person_id))
    assert (kept.scores, kept.comment) == ({}, "")


@pytest.mark.parametrize(
    ("scores", "wrong"),
    [
        ({"fit": 3}, "/scores/new"),
        ({"fit": 3, "new": 6}, "/scores/new"),
        ({"fit": 0, "new": 1}, "/scores/fit"),
        ({"fit": 3, "new": 3, "fun": 3}, "/scores/fun"),
    ],
)
def test_a_review_scores_each_criterion_of_the_call(session, scores, wrong):
    call = a_call(session, a_workshop(session))
    found, kim = a_submission(session, call), a_person(session, "Kim")

    with pytest.raises(Invalid) as refused:
        reviews(session, found, kim, 1, 1, scores=scores)

    assert [each.pointer for each in refused.value.faults] == [wrong]


def test_an_accepted_one_is_in_the_programme_in_one_step_with_all_who_speak(session):
    workshop = a_workshop(session)
    call = a_call(session, workshop)
    found = a_submission(session, call)
    times = {"starts_at": workshop.starts_at, "ends_at": workshop.ends_at}
    part = add_session(session, workshop, {"titles": {"en": "Morning"}, "room": "", **times})
    session.flush()
    with pytest.raises(WrongState):
        take_into_programme(session, workshop, found, part.id)
    decides(session, found, "accept")

    made = take_into_programme(session, workshop, found, part.id)
    assert take_into_programme(session, workshop, found, part.id) is made

    speakers = [session.get_one(Speaker, each) for each in made.speaker_ids]
    assert [each.names for each in speakers] == [{"en": "Ann Lee"}, {"en": "Bo Chen"}]
    assert (speakers[0].economy, speakers[0].affiliations) == ("JP", {"en": "IGES"})
    assert made.titles == {"en": "Green portals"}
    with pytest.raises(WrongState):
        decides(session, found, "reject")
    with pytest.raises(Conflict):
        remove_part(session, speakers[1])
    remove_part(session, made)
    session.flush()
    session.refresh(found)
    assert (found.contribution_id, found.state) == (None, "accepted")


def test_a_file_is_kept_as_long_as_the_submission_has_it(session, tmp_path):
    store, call = FileStore(tmp_path), a_call(session, a_workshop(session))
    found = a_submission(session, call)
    for name, content in (("a.pdf", b"<html>"), ("a.html", b"<html>"), ("a.zip", b"PK\x03\x04")):
        with pytest.raises(Invalid):
            attach(session, found, Upload(name, content), store=store, now=NOW)
    assert found.digest is None
    attach(session, found, Upload("a.pdf", b"%PDF-1.7"), store=store, now=NOW)
    session.flush()

    assert sweep_contents(session, store, before=1e11) == 0
    forget_person(session, Forgotten(new_id(), found.email, ["Ann Lee"], True), now=NOW)
    session.flush()
    assert sweep_contents(session, store, before=1e11) == 1


def test_erasing_blanks_what_a_person_submitted_said_and_is_named_in(session):
    call = a_call(session, a_workshop(session))
    kim = a_person(session, "Kim")
    reviewers(session, call, kim)
    other = a_submission(session, call, speakers=[{"name": "Kim", "email": "kim@people.example"}])
    reviewed = a_submission(session, call, title="Two")
    own = a_submission(session, call, title="Own", person_id=kim.person_id)
    reviews(session, reviewed, kim, 4, 4)

    forget_person(session, Forgotten(kim.person_id, "kim@people.example", ["Kim"], True), now=NOW)

    session.refresh(own)
    session.refresh(other)
    assert (own.state, own.abstract, own.speakers, own.person_id) == ("withdrawn", "", [], None)
    assert "kim" not in f"{own.name} {own.email} {own.title}".lower()
    assert other.speakers == []
    assert ranking(session, call)[0].score == 4.0
    assert session.scalars(select(Review.comment)).all() == [""]
    assert session.scalar(select(func.count()).select_from(CallReviewer)) == 0


def test_submissions_and_reviews_go_after_their_time(session):
    workshop = a_workshop(session)
    call = a_call(session, workshop)
    found, kim = a_submission(session, call), a_person(session, "Kim")
    reviews(session, found, kim, 4, 4)

    for days, left in ((729, 1), (731, 0)):
        now = workshop.ends_at + timedelta(days=days)
        RETENTION.retain(session, RETENTION.chosen(""), now=now)
        assert session.scalar(select(func.count()).select_from(Submission)) == left
        assert session.scalar(select(func.count()).select_from(Review)) == left


def test_a_call_that_can_not_be_is_refused(session):
    workshop, twice = a_workshop(session), [CALL["topics"][0]] * 2

    for values, wrong in (
        ({"closes_at": CALL["opens_at"]}, "/closes_at"),
        ({"topics": twice}, "/topics"),
    ):
        with pytest.raises(Invalid) as refused:
            a_call(session, workshop, **values)
        assert refused.value.faults[0].pointer == wrong
    with pytest.raises(Invalid):
        set_reviewers(session, a_call(session, workshop), [UUID(int=5)], now=NOW)

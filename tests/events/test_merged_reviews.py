"""A merge of two records of one reviewer: whose reviews are whose, before and after."""

import pytest
from sqlalchemy import func, select

from services.events.actions.forgetting import forget_person
from services.events.actions.judging import write_review
from services.events.actions.retaining import RETENTION
from services.events.model import CallReviewer, MergedReview, Review
from services.events.queries.calls import ranking, reviewers_of
from services.events.queries.personal_data import sections_of
from services.events.reactions import REACTIONS
from shared.contracts.members_directory import PersonMerged
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.inbox import Heard
from tests.events.builders import NOW, a_workshop
from tests.events.call_builders import a_call, a_person, a_submission, reviewers


@pytest.fixture
def kept(session):
    return a_person(session, "Mei")


@pytest.fixture
def gone(session):
    return a_person(session, "May")


@pytest.fixture
def call(session):
    return a_call(session, a_workshop(session))


@pytest.fixture
def hears(session, kept, gone):
    merge_id = new_id()

    def hear(*, is_undone=False):
        message = PersonMerged(
            merge_id=merge_id,
            version=2 if is_undone else 1,
            kept_id=kept.person_id,
            gone_id=gone.person_id,
            is_undone=is_undone,
        )
        heard = Heard(id=new_id(), time=NOW, now=NOW, traceparent="")
        REACTIONS[PersonMerged](session, message, heard)
        session.expire_all()

    return hear


def reviews(session, found, by, score, comment=""):
    scores = {"fit": score, "new": score}
    values = {"scores": scores, "comment": comment, "has_conflict": False}
    write_review(session, found, by.person_id, now=NOW, **values)


def said(session, found):
    """Who → score and words."""
    query = select(Review).where(Review.submission_id == found.id)
    return {each.person_id: (each.score, each.comment) for each in session.scalars(query)}


def test_what_the_other_reviews_is_the_kepts_until_it_is_undone(session, call, kept, gone, hears):
    reviewers(session, call, gone)
    found = a_submission(session, call)
    reviews(session, found, gone, 4, "Good")

    hears()
    assert reviewers_of(session, call.id) == [kept.person_id]
    assert said(session, found) == {kept.person_id: (4, "Good")}

    hears(is_undone=True)
    assert reviewers_of(session, call.id) == [gone.person_id]
    assert said(session, found) == {gone.person_id: (4, "Good")}


def test_where_both_reviewed_the_kepts_own_counts_and_the_other_comes_back(
    session, call, kept, gone, hears
):
    reviewers(session, call, kept, gone)
    found = a_submission(session, call)
    reviews(session, found, kept, 5, "Mine")
    reviews(session, found, gone, 1, "Other")
    before = said(session, found)

    hears()
    assert reviewers_of(session, call.id) == [kept.person_id]
    assert said(session, found) == {kept.person_id: (5, "Mine")}
    assert (ranking(session, call)[0].score, ranking(session, call)[0].reviews) == (5.0, 1)

    hears(is_undone=True)
    assert set(reviewers_of(session, call.id)) == {kept.person_id, gone.person_id}
    assert said(session, found) == before
    put_back = session.get_one(Review, (found.id, gone.person_id))
    assert (put_back.written_at, put_back.version) == (NOW, 1)
    assert session.scalar(select(func.count()).select_from(MergedReview)) == 0


def test_who_was_taken_off_while_merged_does_not_come_back(session, call, kept, gone, hears):
    reviewers(session, call, kept, gone)
    hears()
    reviewers(session, call)

    hears(is_undone=True)

    assert session.scalars(select(CallReviewer.person_id)).all() == []


def test_what_was_put_away_is_the_kept_persons_own_data_and_goes_with_them(
    session, call, kept, gone, hears
):
    found = a_submission(session, call)
    reviews(session, found, kept, 5)
    reviews(session, found, gone, 1, "Other")
    hears()

    held = dict(sections_of(session, kept.person_id, None))["merged_reviews"]
    assert [each["was"]["comment"] for each in held] == ["Other"]
    forget_person(session, Forgotten(kept.person_id, None, ["Mei"], False), now=NOW)
    assert session.scalars(select(MergedReview)).all() == []


def test_what_was_put_away_goes_with_its_submission(session, call, kept, gone, hears):
    found = a_submission(session, call)
    for each in (kept, gone):
        reviews(session, found, each, 3)
    hears()

    late = NOW.replace(year=NOW.year + 5)
    RETENTION.retain(session, RETENTION.chosen(""), now=late)

    assert session.scalars(select(MergedReview)).all() == []

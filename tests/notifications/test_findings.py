"""What people are told of recommendations."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Notification
from shared.contracts import events_findings as told
from shared.foundation.ids import new_id
from tests.notifications.announcement_builders import a_post
from tests.notifications.builders import a_recipient, hears

BODY = new_id()
STATE = told.RecommendationState(
    finding_id=new_id(),
    version=2,
    workshop_id=new_id(),
    titles={"en": "The ROPES", "zh-Hant": "綠色人才"},
    host_id=new_id(),
    host_names={"en": "WDA", "zh-Hant": "勞動力發展署"},
    texts={"en": "Set up several programmes.", "zh-Hant": "制定多元訓練計畫。"},
    state="published",
    organisation_id=BODY,
    organisation_names={"en": "The ministry"},
    person_id=None,
    addressed_to={},
    follower_id=None,
    review_on=date(2026, 9, 5),
)


def a_focal_point(session, name):
    person = a_recipient(session, name)
    a_post(session, person.id, BODY, kind="appointment", role="focal_point")
    session.flush()
    return person.id


def told_to(session, kind):
    query = select(Notification.name).where(Notification.kind == kind)
    return sorted(session.scalars(query))


def said_in(session, language):
    found = session.scalars(select(Notification)).one()
    return words_for(found.kind, read_facts(found.facts), locale=language, link="")


def test_the_bodys_focal_points_are_asked_to_answer(session):
    a_focal_point(session, "Fay")

    hears(session, told.RecommendationPublished(recommendation=STATE))

    assert told_to(session, "recommendation_published") == ["Fay"]
    english, chinese = said_in(session, "en"), said_in(session, "zh-Hant")
    assert "Set up several programmes." in english.text
    assert "September 5, 2026" in english.text
    assert "制定多元訓練計畫。" in chinese.text


def test_what_is_addressed_to_others_is_told_to_nobody(session):
    state = replace(STATE, organisation_id=None, addressed_to={"en": "Governments"})

    hears(session, told.RecommendationPublished(recommendation=state))

    assert told_to(session, "recommendation_published") == []


def test_who_follows_it_up_hears_what_others_did_and_not_what_they_did(session):
    ada = a_recipient(session, "Ada").id
    state = replace(STATE, state="under_way", follower_id=ada)

    hears(session, told.RecommendationMoved(recommendation=state, reason="", moved_by=ada))
    assert told_to(session, "recommendation_moved") == []

    moved = told.RecommendationMoved(recommendation=state, reason="40 came.", moved_by=new_id())
    hears(session, moved)

    assert told_to(session, "recommendation_moved") == ["Ada"]
    words = said_in(session, "en")
    assert "under way" in words.subject
    assert "40 came." in words.text
    assert "辦理中" in said_in(session, "zh-Hant").subject


def test_of_a_review_each_is_reminded_once(session):
    fay, bo = a_focal_point(session, "Fay"), a_recipient(session, "Bo").id

    hears(session, told.RecommendationDue(recommendation=replace(STATE, follower_id=fay), days=7))
    assert told_to(session, "recommendation_due") == ["Fay"]

    state = replace(STATE, organisation_id=None, person_id=bo, follower_id=fay)
    hears(session, told.RecommendationDue(recommendation=state, days=0))
    assert told_to(session, "recommendation_due") == ["Bo", "Fay", "Fay"]

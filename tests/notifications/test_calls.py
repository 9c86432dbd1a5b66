"""What submitters of contributions are told, and their reviewers."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.failures import NotKnownYet
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, Notification
from services.notifications.reactions.calls import KINDS
from shared.contracts import events_calls as told
from shared.foundation.ids import new_id
from tests.notifications.builders import a_published_workshop, a_recipient, hears


def a_submission(workshop, state):
    return told.SubmissionState(
        submission_id=new_id(),
        version=1,
        workshop_id=workshop.workshop_id,
        person_id=None,
        name="Ann Lee",
        email="ann@people.example",
        locale="zh-Hant",
        title="Green portals",
        state=state,
        link_token="link_s_1",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_change_of_state_is_one_mail_with_the_note_and_the_own_link(session, kind):
    workshop = a_published_workshop(session)
    hears(session, kind(submission=a_submission(workshop, "accepted"), note="Ten minutes"))

    found = session.scalars(select(Notification)).one()
    facts = read_facts(found.facts)
    assert facts["path"] == "/events/submissions/link_s_1"
    assert session.scalars(select(Delivery.address)).all() == ["ann@people.example"]
    takes_note = kind not in (told.SubmissionReceived, told.SubmissionWithdrawn)
    for language in ("en", "zh-Hant"):
        words = words_for(found.kind, facts, locale=language, link="")
        assert "Ann Lee" in words.text
        assert "Green portals" in words.text
        assert ("Ten minutes" in words.text) == takes_note


def test_without_a_note_nothing_is_said_in_its_place(session):
    workshop = a_published_workshop(session)
    hears(session, told.SubmissionAccepted(submission=a_submission(workshop, "accepted")))

    found = session.scalars(select(Notification)).one()
    words = words_for(found.kind, read_facts(found.facts), locale="en", link="")
    assert "None" not in words.text


CALL = told.CallState(
    call_id=new_id(),
    workshop_id=new_id(),
    titles={"en": "The ROPES", "zh-Hant": "綠色人才"},
    host_id=new_id(),
    host_names={"en": "WDA", "zh-Hant": "勞動力發展署"},
    closes_at=datetime(2026, 3, 12, 4, 0, tzinfo=UTC),
    time_zone="Asia/Taipei",
)


@pytest.mark.parametrize(
    ("kind", "facts"), [(told.ReviewerNamed, {}), (told.ReviewsDue, {"left": 7})]
)
def test_a_reviewer_is_told_in_both_languages_with_the_way_to_what_they_review(
    session, kind, facts
):
    kim = a_recipient(session, "Kim")

    hears(session, kind(call=CALL, person_id=kim.id, **facts))

    found = session.scalars(select(Notification)).one()
    kept = read_facts(found.facts)
    assert (found.name, kept["path"]) == ("Kim", "/events/reviewing")
    by_mail = select(Delivery.address).where(Delivery.channel == "mail")
    assert session.scalars(by_mail).all() == [kim.email]
    said = {each: words_for(found.kind, kept, locale=each, link="") for each in ("en", "zh-Hant")}
    assert "The ROPES" in said["en"].text
    assert "綠色人才" in said["zh-Hant"].text
    for words in said.values():
        assert ("2026" in words.text) == (kind is told.ReviewerNamed)
        assert ("7" in words.subject) == (kind is told.ReviewsDue)


def test_a_reviewer_who_is_not_known_yet_is_told_later(session):
    with pytest.raises(NotKnownYet):
        hears(session, told.ReviewerNamed(call=CALL, person_id=new_id()))

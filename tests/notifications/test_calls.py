"""What submitters of contributions are told."""

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, Notification
from services.notifications.reactions.calls import KINDS
from shared.contracts import events_calls as told
from shared.foundation.ids import new_id
from tests.notifications.builders import a_published_workshop, hears


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

"""What trainees, experts and associations are told of referrals."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, InboxItem, Notification
from shared.contracts.members_talent import ReferralNoticed
from shared.foundation.ids import new_id
from tests.notifications.builders import a_recipient, hears

NOTICES = ("stated", "offered", "accepted", "declined", "met", "closed", "late", "overdue")


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("locale", ["en", "zh-Hant"])
def test_every_notice_has_its_words_and_its_page(session, notice, locale):
    message = ReferralNoticed(
        need_id=new_id(),
        version=2,
        notice=notice,
        names={"en": "Dr Lin", "zh-Hant": "林博士"},
        organisation_id=new_id(),
        organisation_names={"en": "TAMI", "zh-Hant": "機械公會"},
        due_at=datetime(2026, 6, 30, 4, 0, tzinfo=UTC),
        reason="On leave." if notice == "declined" else "",
        path="/members/referrals/1",
        person_ids=(),
        emails=("office@tami.example",),
    )
    hears(session, message)

    notification = session.scalars(select(Notification)).one()
    facts = read_facts(notification.facts)
    words = words_for(notification.kind, facts, locale=locale, link="http://x/")
    assert session.scalars(select(Delivery.address)).one() == "office@tami.example"
    assert facts["path"] == "/members/referrals/1"
    assert words.subject
    assert ("On leave." in words.text) == (notice == "declined")


def test_a_day_of_no_place_is_told_by_the_readers_clock(session):
    reader = a_recipient(session, "Alex", time_zone="America/New_York", has_account=True)
    message = ReferralNoticed(
        need_id=new_id(),
        version=2,
        notice="offered",
        names={"en": "Dr Lin"},
        organisation_id=new_id(),
        organisation_names={"en": "TAMI"},
        due_at=datetime(2026, 6, 30, 4, 0, tzinfo=UTC),
        reason="",
        path="/members/referrals/1",
        person_ids=(reader.id,),
        emails=(),
    )

    hears(session, message)

    body = session.scalars(select(InboxItem.body)).one()
    assert "30 June 2026, 00:00 (America/New York)" in body

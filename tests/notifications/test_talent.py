"""What companies are told of rounds of demand."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, Notification
from shared.contracts.members_talent import DemandAnswerAsked
from shared.foundation.ids import new_id
from tests.notifications.builders import hears


def asked(kind, locale="zh-Hant"):
    return DemandAnswerAsked(
        answer_id=new_id(),
        version=2,
        round_id=new_id(),
        organisation_id=new_id(),
        organisation_names={"en": "TAMI", "zh-Hant": "機械公會"},
        company_id=new_id(),
        company_names={"en": "Acme", "zh-Hant": "艾克米"},
        email="office@acme.example",
        locale=locale,
        titles={"en": "Demand", "zh-Hant": "需求"},
        closes_at=datetime(2026, 6, 30, 15, 59, tzinfo=UTC),
        time_zone="Asia/Taipei",
        kind=kind,
        reason="為何這麼少？" if kind == "returned" else "",
        link_token="link_d_1",
    )


@pytest.mark.parametrize("kind", ["asked", "reminder", "returned"])
def test_a_company_is_mailed_its_link_and_the_deadline_where_it_is(session, kind):
    hears(session, asked(kind))

    addresses = list(session.scalars(select(Delivery.address)))
    notification = session.scalars(select(Notification)).one()
    facts = read_facts(notification.facts)
    words = words_for(notification.kind, facts, locale="zh-Hant", link="http://x/")
    assert addresses == ["office@acme.example"]
    assert "機械公會" in words.subject + words.text
    assert "23:59" in words.text or "11:59" in words.text
    assert ("為何這麼少？" in words.text) == (kind == "returned")


def test_reminders_can_be_refused_and_what_a_company_is_asked_cannot(session):
    for kind in ("asked", "reminder", "returned"):
        hears(session, asked(kind))

    found = session.scalars(select(Notification).order_by(Notification.id))
    categories = {each.kind: each.category for each in found}
    assert categories == {
        "demand_asked": "workshop",
        "demand_reminder": "deadline",
        "demand_returned": "workshop",
    }

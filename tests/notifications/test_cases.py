"""What the concerned are told of a case."""

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, Notification
from shared.contracts.members_talent import CaseNoticed
from shared.foundation.ids import new_id
from tests.notifications.builders import hears


def noticed(notice):
    return CaseNoticed(
        case_id=new_id(),
        version=2,
        notice=notice,
        titles={"en": "Half the current", "zh-Hant": "節電一半"},
        organisation_id=new_id(),
        organisation_names={"en": "Acme", "zh-Hant": "艾克米"},
        association_names={"en": "TAMI", "zh-Hant": "機械公會"},
        alliance_id=new_id(),
        alliance_names={"en": "Alliance", "zh-Hant": "聯盟"},
        reason="" if notice == "published" else "為何？",
        person_ids=(),
        emails=("office@acme.example", "office@tami.example"),
    )


@pytest.mark.parametrize(
    "notice", ["submitted", "returned", "endorsed", "published", "declined", "withdrawn"]
)
def test_organisations_that_nobody_looks_after_hear_at_their_own_address(session, notice):
    hears(session, noticed(notice))

    addresses = set(session.scalars(select(Delivery.address)))
    notification = session.scalars(select(Notification)).first()
    facts = read_facts(notification.facts)
    words = words_for(notification.kind, facts, locale="zh-Hant", link="http://x/")
    assert addresses == {"office@acme.example", "office@tami.example"}
    assert "節電一半" in words.subject
    assert ("為何？" in words.text) == (notice != "published")

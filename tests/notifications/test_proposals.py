"""What people are told of project proposals."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, InboxItem, Notification
from shared.contracts import events_proposals as told
from shared.contracts import members
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from tests.notifications.builders import hears

OVERSEER = told.Contact(person_id=None, name="Mei Lin", email="mei@wda.example", locale="en")
STATE = told.ProjectProposalState(
    proposal_id=new_id(),
    version=4,
    titles={"en": "The ROPES", "zh-Hant": "綠色人才"},
    state="approved",
    organisation_id=new_id(),
    organisation_names={"en": "WDA", "zh-Hant": "勞動力發展署"},
    host_id=new_id(),
    host_names={"en": "HRDWG"},
    overseer=OVERSEER,
    proposed_by=None,
    submitted_on=date(2023, 6, 19),
    fund="APEC",
    amount=told.Money(amount_cents=12_000_050, currency="USD"),
    approved_on=date(2024, 2, 23),
    conditions={"en": "Report within six months.", "zh-Hant": "六個月內繳交報告。"},
)


def somebody(session, email):
    person_id = new_id()
    name = PersonName(kind="romanised", given="Mei", family="Lin", order="given_first")
    message = members.PersonRecorded(
        person_id=person_id,
        version=1,
        names=(name,),
        email=email,
        phone=None,
        economy=None,
        locale="zh-Hant",
        time_zone="Asia/Taipei",
        has_account=True,
    )
    hears(session, message)
    return person_id


def mailed(session):
    query = select(Delivery.address).where(Delivery.channel == "mail").order_by(Delivery.id)
    return list(session.scalars(query))


def words(session, locale):
    found = session.scalars(select(Notification)).first()
    return words_for(found.kind, read_facts(found.facts), locale=locale, link="http://x/")


def test_the_overseer_is_told_of_the_approval_with_fund_amount_and_conditions(session):
    hears(session, told.ProjectProposalApproved(proposal=STATE, reason=""))

    assert mailed(session) == ["mei@wda.example"]
    english, chinese = words(session, "en"), words(session, "zh-Hant")
    assert english.subject == "Approved for funding: The ROPES"
    assert "by APEC: USD 120,000.50." in english.text
    assert "Conditions: Report within six months." in english.text
    assert "APEC核定補助：USD 120,000.50" in chinese.text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (told.ProjectProposalReturned, "Please mend the project proposal: The ROPES"),
        (told.ProjectProposalEndorsed, "Endorsed: The ROPES"),
        (told.ProjectProposalDeclined, "Not accepted: The ROPES"),
    ],
)
def test_each_decision_is_told_with_its_reason(session, kind, said):
    hears(session, kind(proposal=STATE, reason="Say more of gender."))

    assert words(session, "en").subject == said
    assert "Reason: Say more of gender." in words(session, "en").text


def test_who_wrote_it_is_told_too_and_nobody_twice(session):
    writer = somebody(session, "writer@wda.example")
    both = somebody(session, "mei@wda.example")

    for proposed_by in (writer, both):
        state = replace(STATE, proposed_by=proposed_by)
        hears(session, told.ProjectProposalEndorsed(proposal=state, reason=""))

    assert sorted(mailed(session)) == ["mei@wda.example", "mei@wda.example", "writer@wda.example"]
    [item] = session.scalars(select(InboxItem)).all()
    assert item.path == f"/events/proposals/{STATE.proposal_id}"


def test_a_co_sponsor_is_asked_by_a_link_of_their_own(session):
    state = told.CoSponsorState(
        co_sponsorship_id=new_id(),
        version=1,
        proposal=STATE,
        organisation_id=None,
        economy="JP",
        names={"en": "Japan", "zh-Hant": "日本"},
        name="Focal point",
        email="jp@economies.example",
        locale="zh-Hant",
        state="invited",
        link_token="link_c_token",
    )

    hears(session, told.CoSponsorInvited(co_sponsor=state))

    notification = session.scalars(select(Notification)).one()
    assert notification.facts["path"] == "/events/links/link_c_token"
    assert words(session, "zh-Hant").subject == "邀請日本共同提案：綠色人才"
    assert words(session, "en").subject == "Will Japan co-sponsor “The ROPES”?"

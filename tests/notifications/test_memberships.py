"""What people are told of memberships."""

from datetime import date

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import NOTICES, read_facts
from services.notifications.actions.failures import NotKnownYet
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, InboxItem, Notification
from shared.contracts import members
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from tests.notifications.builders import hears

NAMES = {"member_names": {"en": "Acme", "zh-Hant": "頂尖"}, "host_names": {"en": "TEEMA"}}


def a_notice(*people, notice="returned", **facts):
    plain = {"member_id": new_id(), "host_id": new_id(), "ends_on": None, "reason": "no seal"}
    plain |= {"email": None, "version": 2, "membership_id": new_id()}
    facts = NAMES | plain | facts
    return members.MembershipNoticed(notice=notice, person_ids=people, **facts)


def somebody(session, *, locale="en", has_account=True, email="mei@one.example"):
    person_id = new_id()
    name = PersonName(kind="romanised", given="Mei", family="Lin", order="given_first")
    told = members.PersonRecorded(
        person_id=person_id,
        version=1,
        names=(name,),
        email=email,
        phone=None,
        economy=None,
        locale=locale,
        time_zone="Asia/Taipei",
        has_account=has_account,
    )
    hears(session, told)
    return person_id


def newest(session):
    return session.scalars(select(Notification).order_by(Notification.id.desc())).first()


def words(found, locale):
    return words_for(found.kind, read_facts(found.facts), locale=locale, link="http://x/")


def test_those_concerned_are_told_by_mail_and_in_the_app(session):
    hears(session, a_notice(somebody(session)))

    channels = session.scalars(select(Delivery.channel).order_by(Delivery.id))
    assert list(channels) == ["mail", "inbox"]
    found = words(newest(session), "en")
    assert found.subject == "Please complete the application to TEEMA"
    assert "no seal" in found.text
    assert session.scalars(select(InboxItem)).one().path.startswith("/members/memberships/")


def test_an_office_is_told_by_mail_alone(session):
    hears(session, a_notice(email="office@acme.example", notice="approved"))

    assert session.scalars(select(Delivery.address)).all() == ["office@acme.example"]


def test_who_has_no_address_is_not_told(session):
    hears(session, a_notice(somebody(session, email=None)))

    assert newest(session) is None


def test_somebody_not_known_yet_is_told_later(session):
    with pytest.raises(NotKnownYet):
        hears(session, a_notice(new_id()))


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_has_words_in_both_languages(session, notice):
    hears(session, a_notice(somebody(session), notice=notice, ends_on=date(2027, 5, 3)))

    english, chinese = (words(newest(session), locale) for locale in ("en", "zh-Hant"))
    assert "TEEMA" in english.text
    assert "TEEMA" in chinese.text
    assert "頂尖" in chinese.text
    if notice in ("approved", "ending", "in_grace"):
        assert "May 3, 2027" in english.text
        assert "2027年5月3日" in chinese.text


def test_a_name_with_a_stop_at_its_end_ends_its_sentence_once(session):
    hears(session, a_notice(somebody(session), member_names={"en": "Acme Ltd."}))

    found = words(newest(session), "en").text
    assert "the application of Acme Ltd. Please" in found

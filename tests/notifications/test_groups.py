"""What the contact of a group is told, and what each of its people is not told twice."""

from datetime import timedelta

from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import AttendanceCopy, Delivery, Notification
from shared.contracts.events import OfferState, SeatOffered
from shared.contracts.events_groups import GroupRegistered, GroupSeatsOffered, GroupState
from shared.foundation.ids import new_id
from tests.notifications.builders import NOW, a_published_workshop, a_registration_state, hears


def a_group_state(workshop, **facts):
    plain = {
        "group_id": new_id(),
        "workshop_id": workshop.workshop_id,
        "organisation_id": None,
        "person_id": None,
        "name": "Lee",
        "email": "lee@office.example",
        "locale": "zh-Hant",
        "people": 3,
        "place": None,
        "link_token": "link_g_token",
    }
    return GroupState(**(plain | facts))


def test_the_contact_hears_of_the_group_and_of_its_one_offer(session):
    workshop = a_published_workshop(session)
    until = NOW + timedelta(days=1)
    offer = OfferState(offer_id=new_id(), expires_at=until)
    one = a_registration_state(workshop, "Ann", state="offered", offer=offer)

    hears(session, GroupRegistered(group=a_group_state(workshop, place=4)))
    hears(session, SeatOffered(registration=one, is_for_group=True))
    hears(session, GroupSeatsOffered(group=a_group_state(workshop), expires_at=until))

    found = list(session.scalars(select(Notification).order_by(Notification.id)))
    assert [each.kind for each in found] == ["group_registered", "group_seats_offered"]
    assert set(session.scalars(select(Delivery.address))) == {"lee@office.example"}
    assert session.get_one(AttendanceCopy, one.registration_id).state == "offered"
    for each, part in zip(found, ("第 4 位", "全團 3 人"), strict=True):
        facts = read_facts(each.facts)
        assert facts["path"].endswith("/events/groups/link_g_token")
        assert part in words_for(each.kind, facts, locale="zh-Hant", link="x").text
        assert "3" in words_for(each.kind, facts, locale="en", link="x").subject

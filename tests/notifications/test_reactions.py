"""What people are told of, in which words, and how often."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import kinds, words_for
from services.notifications.model import (
    AttendanceCopy,
    Delivery,
    InboxItem,
    Notification,
    Recipient,
)
from services.notifications.reactions import REACTIONS
from shared.contracts import events, events_attendance, members
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from shared.messaging.inbox import missing_reactions
from tests.notifications.builders import (
    IN_A_MONTH,
    NOW,
    a_nomination_state,
    a_published_workshop,
    a_registration_state,
    hears,
)


def mails(session):
    """(kind, name, state) of every mail, in order."""
    query = (
        select(Notification.kind, Notification.name, Delivery.state)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(Delivery.channel == "mail")
        .order_by(Delivery.id)
    )
    return [tuple(row) for row in session.execute(query)]


def words(session, locale=None):
    """The words of the newest notification."""
    found = session.scalars(select(Notification).order_by(Notification.id.desc())).first()
    facts = read_facts(found.facts)
    return words_for(found.kind, facts, locale=locale or found.locale, link="http://x/link")


def test_the_service_reacts_to_all_that_the_contracts_say_it_hears():
    assert missing_reactions("notifications", REACTIONS) == []


def test_every_kind_that_is_told_has_words_in_every_language(session):
    assert {"registration_confirmed", "workshop_cancelled", "sign_up_requested"} <= kinds()
    assert len(kinds()) == 87


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (events.RegistrationConfirmed, "registration_confirmed"),
        (events.RegistrationPending, "registration_pending"),
        (events.RegistrationQueued, "registration_waiting"),
        (events.SeatOffered, "seat_offered"),
        (events.OfferExpired, "offer_expired"),
        (events.OfferDeclined, "registration_cancelled"),
    ],
)
def test_each_change_of_a_registration_is_one_mail(session, message, kind):
    workshop = a_published_workshop(session)
    offer = events.OfferState(offer_id=new_id(), expires_at=IN_A_MONTH)

    hears(session, message(registration=a_registration_state(workshop, place=3, offer=offer)))

    assert mails(session) == [(kind, "Ann", "queued")]
    assert words(session).subject
    assert words(session, "zh-Hant").subject


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (events.NominationSubmitted, "nomination_submitted"),
        (events.NominationDeclined, "nomination_declined"),
        (events.NominationLapsed, "nomination_lapsed"),
    ],
)
def test_each_change_of_a_nomination_is_one_mail(session, message, kind):
    workshop = a_published_workshop(session)

    hears(session, message(nomination=a_nomination_state(workshop, confirm_by=IN_A_MONTH)))

    assert mails(session) == [(kind, "Nia", "queued")]
    assert words(session).subject
    assert words(session, "zh-Hant").subject


def test_a_nomination_declined_by_cancelling_its_registration_is_one_mail(session):
    workshop = a_published_workshop(session)

    cancelled = a_registration_state(workshop, "Nia", state="cancelled")
    hears(session, events.RegistrationCancelled(registration=cancelled, reason=""))
    declined = a_nomination_state(workshop, state="declined")
    hears(session, events.NominationDeclined(nomination=declined, with_registration=True))

    assert mails(session) == [("registration_cancelled", "Nia", "queued")]


def test_the_words_are_in_the_recipients_language(session):
    workshop = a_published_workshop(session)
    state = a_registration_state(workshop, "林美", locale="zh-TW", state="waiting", place=2)

    hears(session, events.RegistrationQueued(registration=state))

    found = words(session)
    assert found.subject == "您目前候補第 2 位：碳盤查實務班"
    assert "2026年4月1日 星期三 12:00 (Asia/Taipei)" in found.text
    assert 'lang="zh-Hant"' in found.html


def test_only_who_has_a_seat_reads_the_online_address(session):
    workshop = a_published_workshop(session)

    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))
    assert "https://meet.example/x" in words(session).text
    waiting = a_registration_state(workshop, "Ben", state="waiting", place=1)
    hears(session, events.RegistrationQueued(registration=waiting))
    assert "https://meet.example/x" not in words(session).text


def test_a_place_that_is_not_known_yet_is_no_empty_line(session):
    workshop = a_published_workshop(session, venue=events.Venue(mode="onsite"))
    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))
    found = session.scalars(select(Notification)).one()

    words = words_for(found.kind, read_facts(found.facts), locale="en", link="")

    assert "When:" in words.text
    assert "Where" not in words.text


def test_a_name_can_not_write_html_into_the_mail(session):
    workshop = a_published_workshop(session)
    state = a_registration_state(workshop, "<script>{{ 1 }}</script>", email="x@people.example")

    hears(session, events.RegistrationConfirmed(registration=state))

    assert "<script>" not in words(session).html
    assert "{{ 1 }}" in words(session).text


@pytest.mark.parametrize(
    "message",
    [events.WorkshopPostponed, events.WorkshopRescheduled, events.WorkshopCancelled],
)
def test_everyone_who_takes_part_is_told_once(session, message):
    workshop = a_published_workshop(session)
    for name, state in (("Ann", "confirmed"), ("Ben", "waiting"), ("Cho", "cancelled")):
        kept = a_registration_state(workshop, name, state=state, place=1)
        hears(session, events_attendance.RegistrationClaimed(registration=kept))

    hears(session, message(workshop=replace(workshop, version=3), reason="a typhoon"))

    assert sorted(name for _, name, _ in mails(session)) == ["Ann", "Ben"]
    assert words(session).subject


def test_a_change_names_what_changed(session):
    workshop = a_published_workshop(session)
    hears(
        session, events_attendance.RegistrationClaimed(registration=a_registration_state(workshop))
    )

    changed = replace(workshop, version=3)
    hears(session, events.WorkshopChanged(workshop=changed, changed=("starts_at", "venue")))

    assert "beginning, venue" in words(session).text
    assert "開始時間、地點" in words(session, "zh-Hant").text


def test_people_with_an_account_find_it_in_their_inbox_too(session):
    workshop, person_id = a_published_workshop(session), new_id()
    state = a_registration_state(workshop, person_id=person_id)

    hears(session, events.RegistrationConfirmed(registration=state))

    item = session.scalars(select(InboxItem)).one()
    assert (item.person_id, item.subject) == (person_id, "You have a seat: Carbon inventory")


def test_a_late_copy_does_not_undo_a_newer_one(session):
    workshop = a_published_workshop(session)
    newer = a_registration_state(workshop, state="cancelled", version=5)
    hears(session, events_attendance.RegistrationClaimed(registration=newer))

    older = replace(newer, state="confirmed", version=4)
    hears(session, events_attendance.RegistrationClaimed(registration=older))

    assert session.get_one(AttendanceCopy, newer.registration_id).state == "cancelled"


def test_an_erased_person_is_forgotten_and_their_open_mails_are_cancelled(session):
    workshop, person_id = a_published_workshop(session), new_id()
    names = (PersonName(kind="romanised", given="Ann", family="Lee", order="given_first"),)
    recorded = members.PersonRecorded(
        person_id=person_id,
        version=1,
        names=names,
        email="ann@people.example",
        phone=None,
        economy="TW",
        locale="en",
        time_zone="Asia/Taipei",
        has_account=True,
    )
    hears(session, recorded)
    state = a_registration_state(workshop, person_id=person_id)
    hears(session, events.RegistrationConfirmed(registration=state))

    hears(
        session,
        members.PersonErased(person_id=person_id, version=2, email="ann@people.example"),
    )

    assert mails(session) == [("registration_confirmed", "erased", "cancelled")]
    assert session.scalars(select(InboxItem)).all() == []
    assert session.get_one(Recipient, person_id).email is None
    kept = session.get_one(AttendanceCopy, state.registration_id)
    assert "ann" not in kept.name + kept.email


def test_a_mail_that_members_asks_for_carries_its_link(session):
    asked = members.PasswordResetRequested(
        request_id=new_id(),
        email="ann@people.example",
        name="Ann",
        locale="en",
        link="https://plenary.example/members/password-reset/token",
        expires_at=NOW,
    )

    hears(session, asked)

    found = session.scalars(select(Notification)).one()
    assert found.facts["path"] == asked.link
    assert found.category == "account"

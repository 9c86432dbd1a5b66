"""Notices to chats and phones: handed to real receivers, kept, tried again, proved."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from services.notifications.actions.choosing import choose
from services.notifications.actions.claiming import LEASE, claim
from services.notifications.actions.naming_addresses import wanted_of
from services.notifications.actions.reaching import add, confirm, end
from services.notifications.actions.releasing import release_due
from services.notifications.gateways.chat_kinds import KINDS
from services.notifications.model import Address, Attempt, Delivery
from services.notifications.model.choices import ELSEWHERE
from shared.contracts import events
from shared.messaging.pulse import ThreadPulse
from tests.notifications.address_builders import (
    PHONE,
    WAYS,
    a_carrier,
    a_wanted_gotify,
    a_wanted_phone,
    an_active,
    carry_all,
    digits_in,
    server_of,
)
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_recipient,
    a_registration_state,
    hears,
)
from tests.notifications.receiver import answering, plainly, receiving
from tests.notifications.test_memberships import a_notice


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


def a_told_person(database, receiver, *, wanted=None, **facts):
    """Somebody with a chat, who was given a seat."""
    with database.writing() as session:
        person = a_recipient(session, "Ann", **facts)
        an_active(session, person.id, wanted or a_wanted_gotify(receiver))
        for row in session.scalars(select(Delivery)):
            row.state = "sent"
        hears_of_a_seat(session, person)
        return person.id


def hears_of_a_seat(session, person):
    workshop = a_published_workshop(session)
    state = a_registration_state(workshop, person_id=person.id, locale=person.locale)
    hears(session, events.RegistrationConfirmed(registration=state))


def elsewhere(database):
    with database.reading() as session:
        query = select(Delivery).where(Delivery.channel.in_(ELSEWHERE), Delivery.tries > 0)
        return session.scalars(query.order_by(Delivery.id)).all()


def attempts(database):
    with database.reading() as session:
        return session.scalars(select(Attempt.outcome).order_by(Attempt.number)).all()


def test_a_code_goes_to_the_chat_and_confirms_it(database, receiver):
    with database.writing() as session:
        person = a_recipient(session, "Ann", locale="zh-Hant")
        made = add(session, person.id, a_wanted_gotify(receiver), ways=WAYS, now=NOW)

    assert carry_all(a_carrier(database)) == 1

    said = json.loads(receiver.got[0][1])
    [code] = digits_in(said["message"])
    assert "驗證碼" in said["message"]
    with database.writing() as session:
        found = session.get(Address, made.id)
        assert confirm(session, found, code, ways=WAYS, now=NOW) is None


def test_a_seat_is_told_in_the_chat_too_with_a_link_to_the_inbox(database, receiver):
    a_told_person(database, receiver)

    assert carry_all(a_carrier(database)) == 1

    headers, body = receiver.got[0]
    said = json.loads(body)
    assert headers["x-gotify-key"] == "AbcDefGhi123456"
    assert said["title"].startswith("You have a seat")
    assert said["message"].endswith("https://plenary.example/notifications/inbox")
    assert "link_r_token" not in body.decode()
    [delivery] = elsewhere(database)
    assert (delivery.channel, delivery.state, attempts(database)) == ("chat", "sent", ["sent"])
    assert carry_all(a_carrier(database)) == 0


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        ("ntfy", {"target": "alliance", "token": "tk_secret"}, "message"),
        ("mattermost", {"token": "3ccdd113474722377935511fc85d3dd4"}, "text"),
        ("rocket_chat", {"token": "aaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbbbb"}, "text"),
    ],
)
def test_servers_of_ones_own_are_posted_to_in_their_form(database, receiver, kind, fields, text):
    body = {"channel": "chat", "kind": kind, "server": server_of(receiver)} | fields
    a_told_person(database, receiver, wanted=wanted_of(body, WAYS))

    carry_all(a_carrier(database))

    said = json.loads(receiver.got[0][1])
    assert "You have a seat" in json.dumps(said)
    assert "/notifications/inbox" in said[text]


def test_no_service_reaches_out_but_by_connections_that_are_looked_at(database, receiver):
    """The same receiver, which is inside: an installation that is not embedded refuses it."""
    a_told_person(database, receiver)

    carry_all(a_carrier(database, to_loopback=False))

    [delivery] = elsewhere(database)
    assert receiver.got == []
    assert (delivery.state, delivery.tries) == ("queued", 1)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_chat_has_its_requests_taken_away(kind):
    from services.notifications.gateways import chat

    chat._plugin(KINDS[kind])

    from importlib import import_module

    assert import_module(f"apprise.plugins.{KINDS[kind].module}").requests is chat.STAND_IN


def test_a_redirect_is_not_followed(database, receiver):
    receiver.answer = answering(302, Location=f"{server_of(receiver)}/inside")
    a_told_person(database, receiver)

    carry_all(a_carrier(database))

    [delivery] = elsewhere(database)
    assert len(receiver.got) == 1
    assert (delivery.state, delivery.reason) == ("failed", "HTTP 302")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_is_tried_again_later(database, receiver, status):
    receiver.answer = answering(status)
    a_told_person(database, receiver)

    carry_all(a_carrier(database))
    receiver.answer = answering(200)
    carry_all(a_carrier(database, now=NOW + timedelta(minutes=1)))

    [delivery] = elsewhere(database)
    assert (delivery.state, attempts(database)) == ("sent", ["deferred", "sent"])


def body_of(status, text):
    return lambda door: plainly(door, status, text.encode())


def asking_for_two_hours(door):
    at = datetime.now(UTC) + timedelta(hours=2)
    return answering(503, Retry_After=format_datetime(at))(door)


@pytest.mark.parametrize(
    "answer",
    [
        answering(429, Retry_After="7200"),
        asking_for_two_hours,
        body_of(429, '{"ok": false, "parameters": {"retry_after": 7199.2}}'),
    ],
    ids=["seconds", "a date", "in the body, as Telegram does"],
)
def test_a_chat_that_asks_for_time_is_given_it(database, receiver, answer):
    a_told_person(database, receiver)
    receiver.answer = answer

    carry_all(a_carrier(database))

    (notice,) = elsewhere(database)
    waits = notice.due_at - NOW
    assert notice.state == "queued"
    assert timedelta(hours=2) - timedelta(minutes=5) < waits <= timedelta(hours=2)


@pytest.mark.parametrize("status", [401, 404, 410])
def test_an_address_that_is_gone_ends(database, receiver, status):
    receiver.answer = answering(status)
    person = a_told_person(database, receiver)

    carry_all(a_carrier(database))

    with database.writing() as session:
        found = session.scalars(select(Address)).one()
        assert (found.state, found.sealed) == ("ended", "")
        hears_of_a_seat(session, a_recipient(session, "Bo"))
        assert person
    [delivery] = elsewhere(database)
    assert (delivery.state, len(receiver.got)) == ("bounced", 1)


def test_what_waits_for_an_address_that_was_removed_is_suppressed(database, receiver):
    a_told_person(database, receiver)
    with database.writing() as session:
        end(session, session.scalars(select(Address)).one(), reason="x", actor="me", now=NOW)

    carry_all(a_carrier(database))

    [delivery] = elsewhere(database)
    assert (delivery.state, receiver.got) == ("suppressed", [])


def test_a_carrier_that_died_leaves_its_claim_to_another(database, receiver):
    a_told_person(database, receiver)
    with database.writing() as session:
        assert len(claim(session, limit=4, now=NOW, channels=ELSEWHERE)) == 1
        assert claim(session, limit=4, now=NOW, channels=ELSEWHERE) == []

    assert carry_all(a_carrier(database)) == 0
    assert carry_all(a_carrier(database, now=NOW + LEASE)) == 1


def test_a_carrier_that_is_told_to_stop_gives_back_what_it_has_not_sent(database, receiver):
    a_told_person(database, receiver)
    pulse = ThreadPulse()
    pulse.stop()

    a_carrier(database).carry_due(pulse)

    with database.reading() as session:
        query = select(Delivery).where(Delivery.channel == "chat", Delivery.state == "queued")
        assert session.scalars(query).one().tries == 0
    assert receiver.got == []


def test_mailers_and_carriers_leave_each_others_deliveries_alone(database, receiver):
    a_told_person(database, receiver)

    with database.writing() as session:
        mails = claim(session, limit=9, now=NOW)
        others = claim(session, limit=9, now=NOW, channels=ELSEWHERE)

    assert [each.channel for each in mails] == ["mail"]
    assert [each.channel for each in others] == ["chat"]


def test_what_was_not_chosen_is_not_told_there(database, receiver):
    with database.writing() as session:
        person = a_recipient(session, "Ann")
        an_active(session, person.id, a_wanted_gotify(receiver))
        an_active(session, person.id, a_wanted_phone())
        chosen = {"channels": {"workshop": {"chat": False}}}
        choose(session, person.id, chosen, actor="me", now=NOW, offered=("mail", "chat"))
        before = len(session.scalars(select(Delivery)).all())
        hears_of_a_seat(session, person)
        told = session.scalars(select(Delivery.channel)).all()[before:]

    assert sorted(told) == ["inbox", "mail"]


def test_an_sms_is_chosen_for_each_category(database, receiver):
    url = f"gotify://127.0.0.1:{server_of(receiver).rpartition(':')[2]}/{{phone}}"
    with database.writing() as session:
        person = a_recipient(session, "Ann")
        an_active(session, person.id, a_wanted_phone())
        chosen = {"channels": {"workshop": {"sms": True}}}
        choose(session, person.id, chosen, actor="me", now=NOW, offered=("mail", "sms"))
        hears_of_a_seat(session, person)

    carry_all(a_carrier(database, sms_url=url))

    headers, body = receiver.got[-1]
    said = json.loads(body)["message"]
    assert headers["x-gotify-key"] == PHONE
    assert said.startswith("You have a seat")
    assert said.endswith(" https://plenary.example/notifications/inbox")
    assert len(said) <= 306
    assert elsewhere(database)[-1].state == "sent"
    assert PHONE not in str([vars(each) for each in elsewhere(database)])


def test_a_night_is_quiet_there_too_and_the_morning_tells(database, receiver):
    night = NOW.replace(hour=15)
    with database.writing() as session:
        person = a_recipient(session, "Ann", time_zone="Asia/Taipei")
        an_active(session, person.id, a_wanted_gotify(receiver))
        quiet = {"quiet_from": "22:00", "quiet_to": "07:00"}
        choose(session, person.id, quiet, actor="me", now=NOW)
        workshop = a_published_workshop(session)
        state = a_registration_state(workshop, person_id=person.id)
        hears(session, events.RegistrationConfirmed(registration=state), now=night)
        seat = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        held = (seat.channel, seat.state, seat.due_at)

        morning = seat.due_at
        release_due(session, now=morning)
        after = seat.state

    assert held == ("chat", "held", NOW.replace(hour=23))
    assert after == "queued"


def test_a_digest_is_one_notice_in_the_chat(database, receiver):
    with database.writing() as session:
        person = a_recipient(session, "Ann")
        an_active(session, person.id, a_wanted_gotify(receiver))
        choose(session, person.id, {"digest": "daily"}, actor="me", now=NOW)
        for _ in range(2):
            hears(session, a_notice(person.id), now=NOW)
    carry_all(a_carrier(database))
    receiver.got.clear()
    tomorrow = NOW + timedelta(days=1)
    with database.writing() as session:
        release_due(session, now=tomorrow)

    carry_all(a_carrier(database, now=tomorrow))

    [(_, body)] = receiver.got
    assert json.loads(body)["message"].count("Please complete the application") == 2
    with database.reading() as session:
        query = select(Delivery).where(Delivery.channel == "chat", Delivery.digest_id.is_not(None))
        assert [each.state for each in session.scalars(query)] == ["sent", "sent"]

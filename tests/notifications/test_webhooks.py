"""Webhooks: who is posted what, signed, tried again, disabled, replayed and forgotten."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.notifications.actions import hooking
from services.notifications.actions.forgetting import forget_person
from services.notifications.actions.hook_forgetting import forget_old_posts
from services.notifications.actions.hook_looping import PosterLoop
from services.notifications.actions.hook_posting import take_turn
from services.notifications.actions.hooking import Hook, Keys, Span
from services.notifications.actions.offering import offer
from services.notifications.gateways.posting import Posted, Poster
from services.notifications.model import (
    Delivery,
    MembershipCopy,
    Notification,
    Recipient,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookMessage,
)
from shared.contracts import events
from shared.contracts.message import Told
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_registration_state,
    hears,
)
from tests.notifications.receiver import answering, receiving

SECRET_KEY = "k" * 40
KEYS = Keys(SECRET_KEY, to_loopback=True)
URL = "https://hooks.people.example/"
DAY = timedelta(days=1)


class Scripted:
    """Answers as it is told, without a network."""

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.posts = []

    def post(self, url, body, headers):
        self.posts.append((json.loads(body), headers))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return Posted(status=status, duration_ms=3, answer="so")


class Time:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


def a_webhook(database, organisation_id, *, types=("plenary.events.*",), url=URL, **facts):
    wanted = Hook(organisation_id=organisation_id, url=url, types=list(types), **facts)
    with database.writing() as session:
        made, secret = hooking.hook(session, wanted, keys=KEYS, owner_id=OWNER, now=NOW)
    return made.id, secret


OWNER = new_id()


def loop_of(database, poster, time):
    return PosterLoop(database=database, poster=poster, secret_key=SECRET_KEY, clock=time)


def happens(database, host_id, **facts):
    """Somebody has a seat at a workshop of that host."""
    with database.writing() as session:
        workshop = a_published_workshop(session, host_id=host_id)
        state = a_registration_state(workshop, **facts)
        hears(session, events.RegistrationConfirmed(registration=state))
    return state


def rows(database, kind):
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(*kind.__table__.primary_key)))


def test_a_post_is_the_message_signed_as_standard_webhooks_says(database, time):
    host = new_id()
    with receiving() as receiver:
        _, secret = a_webhook(database, host, url=receiver.url)
        state = happens(database, host)

        loop_of(database, Poster(to_loopback=True), time).post_due()

    headers, body = receiver.got[1]
    message = json.loads(body)
    assert message["type"] == "plenary.events.registration_confirmed.v1"
    assert message["specversion"] == "1.0"
    assert message["data"]["registration"]["registration_id"] == str(state.registration_id)
    signed = f"{message['id']}.{int(NOW.timestamp())}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-id"] == message["id"]
    assert headers["webhook-signature"] == f"v1,{wanted}"


def test_no_post_holds_what_lets_its_reader_act_for_somebody(database):
    host = new_id()
    a_webhook(database, host)

    happens(database, host)

    assert len(rows(database, WebhookMessage)) == 2
    assert all("link_token" not in each.body for each in rows(database, WebhookMessage))


def test_another_organisations_people_are_never_posted(database):
    host, own, other = new_id(), new_id(), new_id()
    webhook_id, _ = a_webhook(database, own)
    a_webhook(database, other)

    happens(database, host, organisation_id=own)

    assert [each.webhook_id for each in rows(database, WebhookDelivery)] == [webhook_id]


def test_only_a_subtrees_webhook_has_what_is_of_organisations_below(database):
    association, company = new_id(), new_id()
    with database.writing() as session:
        below = {"member_id": company, "host_id": association, "is_active": True}
        session.add(MembershipCopy(id=new_id(), version=1, **below))
    narrow, _ = a_webhook(database, association)
    wide, _ = a_webhook(database, association, subtree=True)

    happens(database, new_id(), organisation_id=company)

    assert {each.webhook_id for each in rows(database, WebhookDelivery)} == {wide}
    assert narrow != wide


def test_a_webhook_has_only_the_messages_that_it_wants(database):
    host = new_id()
    a_webhook(database, host, types=["plenary.events.workshop_published.v1"])

    happens(database, host)

    kept = [each.type for each in rows(database, WebhookMessage)]
    assert kept == ["plenary.events.workshop_published.v1"]


def test_while_a_secret_is_rotated_both_sign_for_a_day(database, time):
    host = new_id()
    webhook_id, _ = a_webhook(database, host)
    with database.writing() as session:
        found = session.get_one(Webhook, webhook_id)
        hooking.rotate_secret(session, found, keys=KEYS, actor="me", now=NOW)
    poster = Scripted(200)

    happens(database, host)
    loop_of(database, poster, time).post_due()
    time.now = NOW + DAY
    with database.writing() as session:
        span = Span(only_failed=False)
        found = session.get_one(Webhook, webhook_id)
        hooking.replay(session, found, span, actor="me", now=time.now)
    loop_of(database, poster, time).post_due()

    counts = [len(headers["webhook-signature"].split()) for _, headers in poster.posts]
    assert counts == [2, 2, 1, 1]


def test_a_failed_post_is_tried_again_later_with_the_same_id(database, time):
    host = new_id()
    a_webhook(database, host, types=["plenary.events.registration_confirmed.v1"])
    happens(database, host)
    poster = Scripted(500, 200)
    loop = loop_of(database, poster, time)

    loop.post_due()
    is_too_early = not loop.post_due()
    time.now = NOW + timedelta(seconds=15)
    loop.post_due()

    assert is_too_early
    assert [each.outcome for each in rows(database, WebhookAttempt)] == ["failed", "sent"]
    assert len({headers["webhook-id"] for _, headers in poster.posts}) == 1
    assert rows(database, Webhook)[0].failing_since is None


def test_a_server_that_asks_for_time_is_given_it(database, time):
    host = new_id()
    with receiving() as receiver:
        receiver.answer = answering(503, Retry_After="3600")
        a_webhook(
            database,
            host,
            url=receiver.url,
            types=["plenary.events.registration_confirmed.v1"],
        )
        happens(database, host)

        loop_of(database, Poster(to_loopback=True), time).post_due()

    assert rows(database, WebhookDelivery)[0].due_at == NOW + timedelta(hours=1)


def test_five_failing_days_disable_it_and_its_owner_is_told(database, time):
    host = new_id()
    with database.writing() as session:
        facts = {"names": [], "email": "owner@people.example", "locale": "en"}
        facts |= {"time_zone": "UTC", "has_account": True, "is_erased": False}
        session.add(Recipient(id=OWNER, version=1, **facts))
    a_webhook(database, host)
    happens(database, host)
    loop = loop_of(database, Scripted(500), time)

    for _ in range(200):
        loop.post_due()
        time.now += timedelta(hours=1)

    webhook = rows(database, Webhook)[0]
    assert (webhook.state, webhook.reason) == ("disabled", "Every post for five days failed.")
    with database.reading() as session:
        told = session.execute(
            select(Notification.kind, Delivery.address).join(
                Delivery, Delivery.notification_id == Notification.id
            )
        ).all()
    assert ("webhook_disabled", "owner@people.example") in [tuple(each) for each in told]


def test_it_is_not_disabled_before_five_days_nor_when_it_answers_between(database, time):
    host = new_id()
    a_webhook(database, host)
    happens(database, host)
    poster = Scripted(500)
    loop = loop_of(database, poster, time)
    for _ in range(4 * 24):
        loop.post_due()
        time.now += timedelta(hours=1)

    poster.statuses = [200]
    for _ in range(3 * 24):
        loop.post_due()
        time.now += timedelta(hours=1)

    assert rows(database, Webhook)[0].state == "active"
    assert {each.state for each in rows(database, WebhookDelivery)} == {"sent"}


def test_what_happened_while_it_was_disabled_is_replayed(database, time):
    host = new_id()
    webhook_id, _ = a_webhook(database, host)
    with database.writing() as session:
        found = session.get_one(Webhook, webhook_id)
        hooking.disable(session, found, why=hooking.BY_HAND, actor="me", now=NOW)
    happens(database, host)
    poster = Scripted(200)
    loop = loop_of(database, poster, time)
    was_quiet = not loop.post_due()

    with database.writing() as session:
        found = session.get_one(Webhook, webhook_id)
        hooking.enable(session, found, actor="me", now=NOW)
        count = hooking.replay(session, found, Span(), actor="me", now=NOW)
    loop.post_due()

    assert was_quiet
    assert count == len(poster.posts) == 2


def test_a_dead_server_does_not_hold_up_another(database, time):
    host = new_id()
    dead, _ = a_webhook(database, host)
    alive, _ = a_webhook(database, host)
    happens(database, host)

    first, second = Scripted(None), Scripted(200)
    loop_of(database, first, time).post_due()
    loop_of(database, second, time).post_due()

    assert (len(first.posts), len(second.posts)) == (1, 2)
    assert dead != alive


def test_two_workers_do_not_post_the_same(database):
    host = new_id()
    a_webhook(database, host)
    happens(database, host)

    with database.writing() as session:
        first = take_turn(session, secret_key=SECRET_KEY, now=NOW)
    with database.writing() as session:
        second = take_turn(session, secret_key=SECRET_KEY, now=NOW + timedelta(seconds=60))
    with database.writing() as session:
        after_a_crash = take_turn(session, secret_key=SECRET_KEY, now=NOW + timedelta(seconds=121))

    assert first is not None
    assert second is None
    assert after_a_crash is not None


def test_of_an_erased_person_nothing_is_kept_or_posted(database, time):
    host = new_id()
    a_webhook(database, host, types=["plenary.events.registration_confirmed.v1"])
    state = happens(database, host)
    who = Forgotten(new_id(), state.email, ("Ann",), owns_address=True)

    with database.writing() as session:
        forget_person(session, who)

    assert [each.body for each in rows(database, WebhookMessage)] == [""]
    assert not loop_of(database, Scripted(200), time).post_due()


def test_posts_are_forgotten_after_thirty_days(database, time):
    host = new_id()
    a_webhook(database, host)
    happens(database, host)
    loop_of(database, Scripted(200), time).post_due()

    with database.writing() as session:
        forget_old_posts(session, NOW + DAY)

    kinds = (WebhookMessage, WebhookDelivery, WebhookAttempt)
    assert [rows(database, kind) for kind in kinds] == [[], [], []]


def test_a_removed_webhook_is_posted_nothing_and_its_secret_is_gone(database, time):
    host = new_id()
    webhook_id, _ = a_webhook(database, host)
    happens(database, host)

    with database.writing() as session:
        found = session.get_one(Webhook, webhook_id)
        hooking.unhook(session, found, actor="me", now=NOW)
    happens(database, host)

    assert not loop_of(database, Scripted(200), time).post_due()
    assert rows(database, Webhook)[0].sealed_secret == ""
    assert {each.state for each in rows(database, WebhookDelivery)} == {"cancelled"}


def test_a_message_that_is_heard_once_more_is_posted_once(database):
    host, message_id = new_id(), new_id()
    a_webhook(database, host, types=["plenary.events.registration_confirmed.v1"])

    for _ in range(2):
        with database.writing() as session:
            workshop = a_published_workshop(session, host_id=host)
            message = events.RegistrationConfirmed(registration=a_registration_state(workshop))
        with database.writing() as session:
            if not rows(database, Notification):
                hears(session, message, id_=message_id)
            else:
                told = Told(id=message_id, message=message, time=NOW, traceparent="")
                offer(session, [told], now=NOW)

    assert len(rows(database, WebhookDelivery)) == 1

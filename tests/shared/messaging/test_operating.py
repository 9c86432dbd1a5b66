"""Operators list, show, replay and discard; services may do on the broker what they must."""

import json

import pytest
from click.testing import CliRunner
from kombu import Producer
from sqlalchemy import select

from shared.messaging import topology
from shared.messaging.broker import connect
from shared.messaging.commands import make_broker_commands, make_message_commands
from shared.messaging.inbox import Inbox
from shared.messaging.publisher_amqp import AmqpPublisher
from shared.messaging.relay import Relay
from shared.messaging.retries import Retries
from shared.messaging.tables import inbox, message_audit
from tests.shared.messaging.travel import (
    HEARER,
    NOTING,
    QUEUE,
    TELLER,
    a_delivery,
    a_told,
    an_erasure,
    consuming,
    count,
    effects,
    kept_states,
    relay_all,
    tell_all,
    until,
    waiting_in,
)


def run(place, service, *arguments):
    database = place.teller if service == TELLER else place.hearer
    commands = make_message_commands(service, lambda: database, lambda: place.broker_url)
    chosen = next(command for command in commands if command.name == arguments[0])
    return CliRunner().invoke(chosen, list(arguments[1:]), catch_exceptions=False)


def test_told_messages_are_replayed_to_one_hearer_with_their_ids(place):
    tell_all(place.teller, [an_erasure() for _ in range(1100)])
    relay_all(place)
    with consuming(place):
        until(lambda: count(place.hearer, effects) == 1100)
        until(lambda: waiting_in(place.broker_url) == 0)
    before = waiting_in(place.broker_url, "notifications.members.v1")

    done = run(place, TELLER, "replay", "--told", "--to", HEARER)

    assert "1100 messages replayed" in done.output
    assert waiting_in(place.broker_url, "notifications.members.v1") == before
    with place.hearer.writing() as session:
        session.execute(inbox.delete())
        session.execute(effects.delete())
    with consuming(place):
        until(lambda: count(place.hearer, effects) == 1100)
    assert count(place.teller, message_audit) == 1


def test_a_replay_of_told_messages_needs_a_hearer_who_hears_them(place):
    assert run(place, TELLER, "replay", "--told").exit_code == 2


@pytest.mark.parametrize("where", ["outbox", "waiting"])
def test_what_goes_by_itself_is_not_replayed(place, where):
    assert run(place, TELLER, "replay", f"--{where}").exit_code == 2


def test_a_parked_message_is_listed_shown_replayed_and_audited(place):
    told = a_told()
    delivery = a_delivery(told, type="plenary.members.person_sainted.v1")
    Inbox(place.hearer, HEARER, NOTING).hear([delivery])

    listed = run(place, HEARER, "list", "--parked")
    shown = run(place, HEARER, "show", str(told.id))
    replayed = run(place, HEARER, "replay", "--parked", "--id", str(told.id))

    assert "1 messages" in listed.output
    assert "parked, tried 1 times" in shown.output
    assert "1 messages replayed" in replayed.output
    with place.hearer.reading() as session:
        audit = session.execute(select(message_audit)).one()
    assert (audit.act, audit.message_id) == ("replay parked", told.id)


def test_an_unknown_message_is_not_shown(place):
    assert run(place, HEARER, "show", str(a_told().id)).exit_code == 1


def test_a_discarded_message_needs_a_reason_and_is_gone(place):
    Inbox(place.hearer, HEARER, NOTING).hear([a_delivery(type="unknown")])

    assert run(place, HEARER, "discard", "--parked", "--yes").exit_code == 2
    done = run(place, HEARER, "discard", "--parked", "--yes", "--reason", "a test")

    assert ("1 messages discarded" in done.output, kept_states(place.hearer)) == (True, [])


def test_a_dead_letter_is_listed_and_comes_back_to_life(place):
    told = a_told()
    queue = topology.dead_letter_queue_of(QUEUE)
    with connect(place.broker_url) as connection, connection.channel() as channel:
        Producer(channel, auto_declare=False).publish(
            a_delivery(told).body,
            routing_key=queue,
            exchange="",
            message_id=str(told.id),
            content_type="application/json",
            content_encoding="utf-8",
        )

    until(lambda: str(told.id) in run(place, HEARER, "list", "--dlq").output)
    assert "1 messages replayed" in run(place, HEARER, "replay", "--dlq").output
    run(place, HEARER, "replay", "--retrying")
    Retries(place.hearer, HEARER, NOTING).run_due()

    assert count(place.hearer, effects) == 1
    assert "0 messages" in run(place, HEARER, "replay", "--dlq").output


def test_the_messages_commands_declare_check_and_describe(place):
    group = make_broker_commands(lambda: place.broker_url)

    def invoke(*arguments):
        return CliRunner().invoke(group, arguments, catch_exceptions=False)

    assert QUEUE in invoke("declare").output
    assert QUEUE in invoke("check").output
    assert "set_permissions events" in invoke("permissions").output
    assert json.loads(invoke("--format", "asyncapi").output)["asyncapi"] == "3.0.0"
    assert invoke().exit_code == 0


@pytest.fixture(scope="package")
def own_users(rabbitmq):
    """Service → the URL of its own broker user, with its own permissions."""
    return {
        one.user: rabbitmq.add_user(one.user, "secret", write=one.write, read=one.read)
        for one in topology.permissions()
    }


@pytest.mark.real
def test_each_services_own_user_may_do_what_it_must(real_place, own_users):
    tell_all(real_place.teller, [an_erasure() for _ in range(5)])
    relay = Relay(real_place.teller, AmqpPublisher(own_users[TELLER], TELLER), TELLER)
    assert relay.relay_once() == 5
    relay.close()
    real_place.broker_url = own_users[HEARER]

    with consuming(real_place):
        until(lambda: count(real_place.hearer, effects) == 5)

    assert kept_states(real_place.hearer) == []


@pytest.mark.real
def test_a_services_own_user_may_not_write_as_another(real_place, own_users):
    tell_all(real_place.teller, [an_erasure()])
    relay = Relay(real_place.teller, AmqpPublisher(own_users["notifications"], TELLER), TELLER)

    with pytest.raises(Exception, match="ACCESS_REFUSED"):
        relay.relay_once()
    relay.close()

    assert waiting_in(real_place.broker_url) == 0

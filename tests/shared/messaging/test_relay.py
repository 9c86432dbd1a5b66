"""The relay: what was told reaches the broker once confirmed, in order, by one leader."""

from uuid import uuid4

import pytest
from kombu import Producer
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.contracts.members import GrantRecorded, SessionRevoked
from shared.messaging import topology
from shared.messaging.broker import connect
from shared.messaging.outbox import tell
from shared.messaging.poke import Poker
from shared.messaging.publisher_amqp import AmqpPublisher
from shared.messaging.relay import Relay
from shared.messaging.tables import outbox, told_messages
from shared.messaging.topology import TopologyMissing
from tests.shared.messaging.travel import (
    NOW,
    QUEUE,
    TELLER,
    Running,
    an_erasure,
    consuming,
    count,
    heard_versions,
    relay_all,
    relay_of,
    tell_all,
    until,
    waiting_in,
)


def unbind(place, kind):
    with connect(place.broker_url) as connection, connection.channel() as channel:
        for hearer in kind.hearers:
            for queue in topology.bindings_of(hearer, TELLER):
                channel.queue_unbind(queue, exchange=TELLER, routing_key=kind.type)


def a_grant():
    return GrantRecorded(
        grant_id=uuid4(),
        version=1,
        person_id=uuid4(),
        role="reader",
        organisation_id=None,
        subtree=False,
        expires_at=None,
        is_revoked=False,
    )


def metric(name):
    return REGISTRY.get_sample_value(name, {"service": TELLER})


def test_a_confirmed_message_moves_from_the_outbox_to_the_told_ones(place):
    tell_all(place.teller, [an_erasure() for _ in range(1200)])

    assert relay_all(place) == 1200

    assert count(place.teller, outbox) == 0
    assert count(place.teller, told_messages) == 1200
    assert waiting_in(place.broker_url) == 1200


def test_nothing_is_told_when_the_transaction_rolls_back(place):
    with Session(place.teller.engine) as session:
        tell(session, an_erasure(), now=NOW)
        session.rollback()

    assert relay_all(place) == 0


def test_messages_of_a_subject_arrive_in_the_order_of_their_telling(place):
    person = uuid4()
    tell_all(place.teller, [an_erasure(person_id=person, version=each) for each in range(60)])
    relay_all(place)

    with consuming(place):
        until(lambda: len(heard_versions(place.hearer)) == 60)

    assert heard_versions(place.hearer, person) == list(range(60))


def test_a_message_that_nobody_hears_is_confirmed_without_a_queue(place):
    tell_all(place.teller, [a_grant()])

    assert relay_all(place) == 1


def test_the_relay_holds_everything_while_a_hearers_queue_is_missing(place):
    with connect(place.broker_url) as connection, connection.channel() as channel:
        channel.queue_delete("notifications.members.v1")
    tell_all(place.teller, [an_erasure()])
    relay = relay_of(place)

    with pytest.raises(TopologyMissing):
        relay.relay_once()
    assert (count(place.teller, outbox), waiting_in(place.broker_url)) == (1, 0)

    topology.declare(place.broker_url)
    assert relay.relay_once() == 1
    relay.close()


def test_a_message_without_a_binding_stays_and_raises_the_alarm_while_others_go_on(place):
    unbind(place, SessionRevoked)
    session_id = uuid4()
    lost = SessionRevoked(session_id=session_id, expires_at=NOW)
    tell_all(place.teller, [lost, lost, *(an_erasure() for _ in range(10))])
    relay = relay_of(place)

    moved = [relay.relay_once(), relay.relay_once()]
    relay.close()

    assert moved == [10, 0]
    assert count(place.teller, outbox) == 2
    assert metric("plenary_outbox_unroutable") == 1
    topology.declare(place.broker_url)
    assert relay_all(place) == 2


def test_a_returned_message_holds_back_the_later_ones_of_its_subject(place):
    unbind(place, SessionRevoked)
    subject = uuid4()
    first = SessionRevoked(session_id=subject, expires_at=NOW)
    tell_all(place.teller, [first, an_erasure(person_id=subject, version=2)])

    assert relay_all(place) == 0

    topology.declare(place.broker_url)
    assert relay_all(place) == 2


def test_one_relay_leads_and_the_next_takes_over_when_it_is_gone(place):
    first, second = relay_of(place), relay_of(place)
    tell_all(place.teller, [an_erasure()])

    assert (first.relay_once(), second.relay_once()) == (1, 0)
    tell_all(place.teller, [an_erasure()])
    assert second.relay_once() == 0
    first.close()

    assert second.relay_once() == 1
    second.close()


def test_a_poke_wakes_the_relay_before_its_poll(place, monkeypatch):
    monkeypatch.setattr("shared.messaging.relay.POLL_SECONDS", 30.0)
    relay = relay_of(place)
    place.teller.after_telling.append(relay.poke)

    with Running(relay.run) as running:
        until(lambda: running.pulse.state == "ok")
        tell_all(place.teller, [an_erasure()])
        until(lambda: count(place.teller, outbox) == 0, seconds=5)
        running.pulse.stop()
        relay.poke()


@pytest.mark.real
def test_a_broker_that_is_away_keeps_everything_pending_and_is_found_again(real_place):
    tell_all(real_place.teller, [an_erasure() for _ in range(3)])
    nowhere = AmqpPublisher("amqp://guest:guest@127.0.0.1:9/", TELLER)
    relay = Relay(real_place.teller, nowhere, TELLER)

    with Running(relay.run) as running:
        until(lambda: running.pulse.state.startswith("degraded"))
    assert count(real_place.teller, outbox) == 3

    assert relay_all(real_place) == 3


@pytest.mark.real
def test_a_relay_whose_database_link_is_cut_publishes_again_and_loses_nothing(real_place):
    relay = relay_of(real_place)
    with Running(relay.run) as running:
        until(lambda: running.pulse.state == "ok")
        with real_place.teller.writing() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            )
        real_place.teller.dispose()
        tell_all(real_place.teller, [an_erasure() for _ in range(20)])
        until(lambda: count(real_place.teller, outbox) == 0)
    assert count(real_place.teller, told_messages) == 20


@pytest.mark.real
def test_notify_from_another_process_wakes_the_relay(real_place, monkeypatch):
    monkeypatch.setattr("shared.messaging.relay.POLL_SECONDS", 30.0)
    relay = relay_of(real_place)
    real_place.teller.after_telling.append(
        Poker(real_place.teller.engine.url.render_as_string(hide_password=False))
    )

    with Running(relay.run) as running:
        until(lambda: running.pulse.state == "ok")
        for _ in range(3):
            tell_all(real_place.teller, [an_erasure()])
            until(lambda: count(real_place.teller, outbox) == 0, seconds=5)
        running.pulse.stop()
        relay.poke()
    assert waiting_in(real_place.broker_url) == 3


@pytest.mark.real
def test_a_full_queue_refuses_and_the_message_stays_pending(real_place):
    arguments = topology.queue_arguments("events", QUEUE) | {"x-max-length": 1}
    with connect(real_place.broker_url) as connection, connection.channel() as channel:
        channel.queue_delete(QUEUE)
        channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=arguments)
        for key in topology.bindings_of("events", TELLER)[QUEUE]:
            channel.queue_bind(QUEUE, exchange=TELLER, routing_key=key)
        Producer(channel).publish({}, exchange=TELLER, routing_key="to.events.full")
        until(lambda: channel.queue_declare(QUEUE, passive=True).message_count >= 1)
    relay = relay_of(real_place)

    # RabbitMQ counts quorum queues loosely: a few more may pass before it refuses.
    refused = []
    for _ in range(50):
        tell_all(real_place.teller, [an_erasure()])
        try:
            relay.relay_once()
        except ConnectionError as error:
            refused.append(error)
    relay.close()
    with connect(real_place.broker_url) as connection, connection.channel() as channel:
        channel.queue_delete(QUEUE)
    topology.declare(real_place.broker_url)

    assert refused
    assert count(real_place.teller, outbox) >= 1


def test_the_age_of_the_oldest_pending_message_is_measured(place):
    tell_all(place.teller, [an_erasure()])
    relay_all(place)

    assert metric("plenary_outbox_pending") == 1
    assert 0 <= (metric("plenary_outbox_oldest_pending_seconds") or -1) < 60

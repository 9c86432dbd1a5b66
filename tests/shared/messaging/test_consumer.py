"""The consumer: acks after the commit, survives its database and its broker."""

import os
import signal
import subprocess
import sys
from uuid import uuid4

import pytest
from kombu import Producer
from sqlalchemy.exc import OperationalError

from shared.contracts.members import PersonErased
from shared.messaging import topology
from shared.messaging.broker import connect, is_embedded
from shared.messaging.inbox import Inbox
from shared.messaging.tables import inbox, outbox
from tests.shared.messaging.travel import (
    QUEUE,
    TELLER,
    an_erasure,
    consuming,
    count,
    effects,
    heard_ids,
    heard_versions,
    kept_states,
    relay_all,
    tell_all,
    until,
    waiting_in,
)


def publish_raw(place, body, *, times=1, **properties):
    with connect(place.broker_url) as connection, connection.channel() as channel:
        producer = Producer(channel, auto_declare=False)
        for _ in range(times):
            producer.publish(
                body,
                exchange=TELLER,
                routing_key=PersonErased.type,
                content_type="application/json",
                content_encoding="binary",
                **properties,
            )


def test_everything_told_is_heard_and_the_queue_is_empty_afterwards(place):
    tell_all(place.teller, [an_erasure() for _ in range(700)])
    relay_all(place)

    with consuming(place):
        until(lambda: count(place.hearer, effects) == 700)
        until(lambda: waiting_in(place.broker_url) == 0)

    assert count(place.hearer, inbox) == 700


def test_poison_bytes_are_parked_and_acked_while_others_are_heard(place):
    publish_raw(place, b"\xff{")
    publish_raw(place, b'{"type": 3}')
    tell_all(place.teller, [an_erasure()])
    relay_all(place)

    with consuming(place):
        until(lambda: count(place.hearer, effects) == 1)
        until(lambda: waiting_in(place.broker_url) == 0)

    assert kept_states(place.hearer) == ["parked", "parked"]


def test_an_effect_that_was_not_acked_is_not_repeated(place, monkeypatch):
    monkeypatch.setattr("shared.messaging.consumer._Consuming._acknowledge", lambda *_: None)
    tell_all(place.teller, [an_erasure() for _ in range(5)])
    relay_all(place)
    with consuming(place):
        until(lambda: count(place.hearer, effects) == 5)
    monkeypatch.undo()

    with consuming(place):
        until(lambda: waiting_in(place.broker_url) == 0)

    assert len(heard_ids(place.hearer)) == 5


def test_while_the_database_is_in_trouble_nothing_is_acked_and_nothing_is_lost(place, monkeypatch):
    tell_all(place.teller, [an_erasure(version=each) for each in range(20)])
    relay_all(place)
    down = OperationalError("SELECT 1", {}, Exception("connection refused"))
    troubled = []

    def refuse(self, deliveries):
        troubled.append(len(deliveries))
        raise down

    monkeypatch.setattr(Inbox, "_hear", refuse)
    monkeypatch.setattr("shared.messaging.inbox.STUMBLES", 1000)
    with consuming(place) as running:
        until(lambda: len(troubled) > 5)
        assert running.pulse.state == "degraded: database"
        monkeypatch.undo()
        until(lambda: count(place.hearer, effects) == 20)

    assert kept_states(place.hearer) == []
    assert heard_versions(place.hearer) == list(range(20))


def test_a_queue_that_is_deleted_and_declared_again_is_consumed_again(place):
    with consuming(place) as running:
        until(lambda: running.pulse.state == "ok")
        with connect(place.broker_url) as connection, connection.channel() as channel:
            channel.queue_delete(QUEUE)
        # RabbitMQ deletes bindings after the queue: declared in that instant, it has none.
        until(lambda: is_embedded(place.broker_url) or running.pulse.state != "ok")
        topology.declare(place.broker_url)
        until(lambda: running.pulse.state == "ok", seconds=60)
        tell_all(place.teller, [an_erasure()])
        relay_all(place)
        until(lambda: count(place.hearer, effects) == 1)


@pytest.mark.real
def test_a_restarted_broker_and_database_lose_nothing(real_place, rabbitmq, postgres):
    place = real_place
    tell_all(place.teller, [an_erasure() for _ in range(300)])
    relay_all(place)

    with consuming(place):
        until(lambda: count(place.hearer, effects) > 0)
        rabbitmq.kill()
        postgres.restart("immediate")
        rabbitmq.start()
        place.teller.dispose()
        place.hearer.dispose()
        until(lambda: count(place.hearer, effects) == 300, seconds=60)

    assert (count(place.hearer, inbox), kept_states(place.hearer)) == (300, [])


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_kill_9_at_any_instant_loses_nothing_and_repeats_nothing(place):
    people = [uuid4() for _ in range(20)]
    told = [an_erasure(person_id=each, version=v) for v in range(30) for each in people]
    for start in range(0, len(told), 100):
        tell_all(place.teller, told[start : start + 100])
    command = [sys.executable, "-m", "tests.shared.messaging.killed"]
    urls = [
        each.engine.url.render_as_string(hide_password=False)
        for each in (place.teller, place.hearer)
    ]
    kills = 0
    while True:
        points = f"seed-{kills}:0.1" if kills < 8 else ""
        environment = dict(os.environ, PLENARY_KILL_POINTS=points, PYTHONPATH=os.getcwd())
        done = subprocess.run(
            [*command, *urls, place.broker_url, str(len(told))],
            env=environment,
            check=False,
            capture_output=True,
        )
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        kills += 1

    assert kills > 0
    assert count(place.teller, outbox) == 0
    assert len(heard_ids(place.hearer)) == len(set(heard_ids(place.hearer))) == len(told)
    assert all(heard_versions(place.hearer, each) == list(range(30)) for each in people)
    assert kept_states(place.hearer) == []

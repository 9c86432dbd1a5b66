"""The limits of messaging: py-amqp and psycopg with nothing of ours around them."""

import time
from collections.abc import Sequence
from typing import Any, Final

import amqp
import psycopg

from bench.limits.bare_hops import connect

BATCH: Final = 500
PREFETCH: Final = 100


def publish(broker_url: str, exchange: str, key: str, bodies: Sequence[str]) -> float:
    """Publish durably, confirms pipelined by 500; the seconds that it took."""
    connection = connect(broker_url)
    channel = connection.channel()
    channel.confirm_select()
    confirmed = 0

    def on_ack(tag: int, _: bool) -> None:
        nonlocal confirmed
        confirmed = max(confirmed, tag)

    channel.events["basic_ack"].add(on_ack)
    began = time.perf_counter()
    for first in range(0, len(bodies), BATCH):
        batch = bodies[first : first + BATCH]
        for body in batch:
            message = amqp.Message(body, delivery_mode=2)
            channel.basic_publish(message, exchange=exchange, routing_key=key)
        while confirmed < first + len(batch):
            connection.drain_events(timeout=30)
    took = time.perf_counter() - began
    connection.close()
    return took


def consume(broker_url: str, queue: str, conninfo: str, statement: str, count: int) -> float:
    """One insert and commit for each message, then its ack; the seconds that it took.

    statement: takes a short text.
    """
    connection = connect(broker_url)
    channel = connection.channel()
    done = 0
    with psycopg.connect(conninfo) as database:

        def take(message: Any) -> None:
            nonlocal done
            database.execute(statement, [str(message.delivery_tag)])
            database.commit()
            channel.basic_ack(message.delivery_tag)
            done += 1

        began = time.perf_counter()
        channel.basic_qos(0, PREFETCH, False)
        channel.basic_consume(queue, callback=take)
        while done < count:
            connection.drain_events(timeout=30)
        took = time.perf_counter() - began
    connection.close()
    return took

"""The one seam to the broker for telling: messages go out, confirmed numbers come back.

A later message of a subject is sent only when the earlier one is confirmed, so a refused,
returned or unconfirmed message never lets its successors overtake it.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from shared.foundation.kill_points import kill_point
from shared.messaging.broker import BROKER_ERRORS, connect, is_embedded
from shared.messaging.embedded import Entry
from shared.messaging.outgoing import CONTENT_TYPE, Outcome, Outgoing
from shared.messaging.publisher_amqp import AmqpPublisher
from shared.messaging.topology import check_teller, exchange_of


class Publisher(Protocol):
    """Used by one thread at a time."""

    def check(self) -> None:
        """Raise TopologyMissing or a connection's error unless every hearer can be reached."""

    def publish(self, batch: Sequence[Outgoing]) -> Outcome:
        """Publish in the order of the batch; never raises for a broker in trouble."""

    def keep_alive(self) -> None:
        """Answer heartbeats while there is nothing to publish."""

    def close(self) -> None:
        """Twice is once."""


def make_publisher(broker_url: str, teller: str) -> Publisher:
    """The publisher that the URL asks for."""
    if is_embedded(broker_url):
        return EmbeddedPublisher(broker_url, teller)
    return AmqpPublisher(broker_url, teller)


class EmbeddedPublisher:
    """A batch is one durable transaction of the broker's file."""

    def __init__(self, broker_url: str, teller: str):
        self._teller = teller
        self._connection = connect(broker_url)
        self._channel: Any = None

    def check(self) -> None:
        check_teller(self._connection, self._teller)

    def publish(self, batch: Sequence[Outgoing]) -> Outcome:
        outcome = Outcome()
        try:
            self._publish(batch, outcome)
        except BROKER_ERRORS as error:
            outcome.error = error
        return outcome

    def _publish(self, batch: Sequence[Outgoing], outcome: Outcome) -> None:
        if self._channel is None:
            self._channel = self._connection.channel()
        exchange = exchange_of(self._teller)
        routes = self._channel.queues_for(exchange, [message.key for message in batch])
        stopped: set[UUID] = set()
        sent = []
        for message in batch:
            if message.subject in stopped:
                continue
            if message.is_awaited and not routes[message.key]:
                stopped.add(message.subject)
                outcome.returned.add(message.number)
            else:
                sent.append(message)
        self._channel.publish_batch(exchange, map(_entry, sent))
        kill_point("relay.before_confirm")
        outcome.confirmed.update(message.number for message in sent)

    def keep_alive(self) -> None:
        """A file needs no heartbeat."""

    def close(self) -> None:
        self._connection.close()
        self._channel = None


def _entry(message: Outgoing) -> Entry:
    properties = {"message_id": str(message.id), "delivery_mode": 2}
    payload = {
        "content-type": CONTENT_TYPE,
        "content-encoding": "utf-8",
        "headers": {},
        "properties": properties,
    }
    return Entry(message.key, payload, message.envelope.encode())

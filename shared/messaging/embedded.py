"""A durable kombu transport on one SQLite file: `embedded:///absolute/path/broker.sqlite`.

Bindings, messages and leases are in the file (`broker_file.py`); here is kombu's side of it:
channels, prefetch, acks and waking up.
"""

import sqlite3
import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar, Final, cast
from urllib.parse import unquote, urlsplit

from amqp.protocol import queue_declare_ok_t
from kombu import transport
from kombu.exceptions import ChannelError
from kombu.transport import virtual

from shared.messaging.broker_file import BrokerFile, LeaseLostError, Stored

SCHEME: Final = "embedded"
POLL_SECONDS: Final = 0.5
"""How soon a publish by another process is seen; those of this process wake at once."""
PAGE: Final = 100


def path_of(url: str) -> str:
    """The file of an `embedded:///…` URL."""
    return unquote(urlsplit(url).path)


@dataclass(frozen=True)
class Entry:
    """One message of a batch publish. properties: kombu's payload without the body."""

    routing_key: str
    properties: Mapping[str, Any]
    body: bytes


@dataclass(frozen=True)
class _Delivered:
    queue: str
    number: int


class Channel(virtual.Channel):
    """A channel with its own connection to the file. Acks may come from another thread."""

    body_encoding = None
    do_restore = False

    def __init__(self, connection: Any, **options: Any):
        super().__init__(connection, **options)
        client = connection.client
        lease = client.transport_options.get("lease_seconds")
        self.file = BrokerFile(
            path_of(client.hostname), **({"lease_seconds": lease} if lease else {})
        )
        self.closed: bool = False
        self.prefetch_count = 0
        self._callbacks: dict[str, tuple[str, Callable[[Any], None], bool]] = {}
        self._unacked: OrderedDict[int, _Delivered] = OrderedDict()
        self._ready: list[tuple[str, int, Any]] = []
        self._tags = count(1)

    # Exchanges, queues, bindings: the file's.

    def exchange_declare(self, exchange: str = "", passive: bool = False, **options: Any) -> None:
        if not passive:
            return self.file.declare_exchange(exchange, options.get("type") or "direct")
        if self.file.exchange_type(exchange) is None:
            raise _not_found("exchange", exchange, (40, 10))
        return None

    def exchange_delete(self, exchange: str, **_: Any) -> None:
        self.file.delete_exchange(exchange)

    def queue_declare(
        self,
        queue: str = "",
        passive: bool = False,
        arguments: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> Any:
        if not passive:
            self.file.declare_queue(queue, arguments or {})
        elif not self.file.has_queue(queue):
            raise _not_found("queue", queue, (50, 10))
        return queue_declare_ok_t(queue, self.file.size(queue), 0)

    def queue_bind(self, queue: str, exchange: str = "", routing_key: str = "", **_: Any) -> None:
        self.file.bind(exchange, routing_key, queue)

    def queue_unbind(self, queue: str, exchange: str = "", routing_key: str = "", **_: Any) -> None:
        self.file.unbind(exchange, routing_key, queue)

    def queue_delete(self, queue: str, **_: Any) -> None:
        self.file.delete_queue(queue)

    def queue_purge(self, queue: str, **_: Any) -> int:
        return self.file.purge(queue)

    # Publishing: kombu's own exchange types choose the queues.

    def queues_for(self, exchange: str, routing_keys: Iterable[str]) -> dict[str, set[str]]:
        """Routing key → the queues that it reaches, for one state of the bindings."""
        wanted = set(routing_keys)
        if not exchange:
            return {key: {key} if self.file.has_queue(key) else set() for key in wanted}
        kind = self.exchange_types[self.file.exchange_type(exchange) or "direct"]
        table = [
            kind.prepare_bind(queue, exchange, key, {})
            for key, queue in self.file.bindings(exchange)
        ]
        return {key: kind.lookup(table, exchange, key, None) for key in wanted}

    def publish_batch(self, exchange: str, entries: Iterable[Entry]) -> list[bool]:
        """Publish all in one durable transaction. For each: did it reach a queue?"""
        listed = list(entries)
        routes = self.queues_for(exchange, (entry.routing_key for entry in listed))
        rows = [
            (
                queue,
                _with_delivery_info(entry.properties, exchange, entry.routing_key),
                entry.body,
            )
            for entry in listed
            for queue in sorted(routes[entry.routing_key])
        ]
        if rows:
            self.file.put(rows)
        return [bool(routes[entry.routing_key]) for entry in listed]

    def basic_publish(
        self, message: dict[str, Any], exchange: str = "", routing_key: str = "", **_: Any
    ) -> None:
        body = message.pop("body")
        raw = body.encode() if isinstance(body, str) else body
        self.publish_batch(exchange, [Entry(routing_key, message, raw)])

    # Consuming.

    def basic_qos(self, _size: int = 0, prefetch_count: int = 0, *_: Any) -> None:
        self.prefetch_count = prefetch_count

    def basic_consume(
        self, queue: str, no_ack: bool, callback: Any, consumer_tag: str, **_: Any
    ) -> None:
        self._callbacks[consumer_tag] = (queue, callback, no_ack)

    def basic_cancel(self, consumer_tag: str) -> None:
        self._callbacks.pop(consumer_tag, None)

    def basic_get(self, queue: str, no_ack: bool = False, **_: Any) -> Any:
        for stored in self._take(queue, 1):
            return self._delivered(queue, stored, no_ack=no_ack)
        return None

    def _take(self, queue: str, limit: int) -> list[Stored]:
        held = [one.number for one in self._unacked.values() if one.queue == queue]
        return self.file.take(queue, after=held, limit=limit)

    def _delivered(self, queue: str, stored: Stored, *, no_ack: bool) -> Any:
        tag = next(self._tags)
        payload = dict(stored.properties, body=stored.body)
        payload["properties"] = dict(payload["properties"], delivery_tag=tag)
        if no_ack:
            self.file.acknowledge([stored.number])
        else:
            self._unacked[tag] = _Delivered(queue, stored.number)
        return self.Message(payload, channel=self)

    def _held_of(self, queue: str) -> int:
        return sum(one.queue == queue for one in self._unacked.values())

    def deliver(self) -> bool:
        """Call back one message that is here or can be taken; False where there is none."""
        if not self._ready:
            for tag, (queue, _, no_ack) in list(self._callbacks.items()):
                room = self.prefetch_count - self._held_of(queue) if self.prefetch_count else PAGE
                for stored in self._take(queue, room) if room > 0 else ():
                    message = self._delivered(queue, stored, no_ack=no_ack)
                    self._ready.append((tag, message.delivery_tag, message))
            self._ready.reverse()
        while self._ready:
            consumer, _, message = self._ready.pop()
            if consumer in self._callbacks:
                self._callbacks[consumer][1](message)
                return True
        return False

    @property
    def is_consuming(self) -> bool:
        """Whether a queue is consumed here."""
        return bool(self._callbacks)

    def extend_lease(self) -> None:
        """Say that the handler still runs. Raises LeaseLostError."""
        self.file.extend()

    def basic_ack(self, delivery_tag: int, multiple: bool = False) -> None:
        tags = [tag for tag in self._unacked if tag <= delivery_tag] if multiple else [delivery_tag]
        acked = [self._unacked.pop(tag) for tag in tags if tag in self._unacked]
        self.file.acknowledge([one.number for one in acked])

    def basic_reject(self, delivery_tag: int, requeue: bool = False) -> None:
        rejected = self._unacked.pop(delivery_tag)
        if requeue:
            self.file.bell.ring()
        else:
            self.file.dead_letter(rejected.number)

    def basic_recover(self, **_: Any) -> None:
        self._unacked.clear()
        self._ready.clear()

    def close(self) -> None:
        """What is not acked can be taken by others at once."""
        if not self.closed:
            self.closed = True
            self._callbacks.clear()
            self._unacked.clear()
            self._ready.clear()
            self.file.close()
            if self.connection is not None:
                self.connection.close_channel(self)


class Transport(virtual.Transport):
    """Each connection has its own channels; consumers sleep until the file's bell rings."""

    Channel = Channel
    can_parse_url = True
    driver_type = SCHEME
    driver_name = "sqlite3"
    connection_errors: ClassVar[tuple[type[Exception], ...]] = (
        *virtual.Transport.connection_errors,
        LeaseLostError,
        sqlite3.OperationalError,
    )

    def __init__(self, client: Any, **options: Any):
        super().__init__(client, **options)
        self._used_channel_ids = array("H")

    def establish_connection(self) -> Any:
        return self

    def drain_events(self, _connection: Any, timeout: float | None = None) -> None:
        """Deliver one message. Raises TimeoutError when none came in that time."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            channels = [one for one in cast("list[Channel]", self.channels) if one.is_consuming]
            seen = [channel.file.bell.count for channel in channels]
            if any(channel.deliver() for channel in channels):
                return
            left = POLL_SECONDS if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if channels:
                channels[0].file.bell.wait(seen[0], min(left, POLL_SECONDS))
            else:
                time.sleep(min(left, POLL_SECONDS))


def _not_found(kind: str, name: str, method: tuple[int, int]) -> ChannelError:
    return ChannelError(f"NOT_FOUND - no {kind} '{name}'", method, f"{kind}.declare", 404)


def _with_delivery_info(
    properties: Mapping[str, Any], exchange: str, routing_key: str
) -> dict[str, Any]:
    info = {"exchange": exchange, "routing_key": routing_key}
    return dict(properties, properties=dict(properties["properties"], delivery_info=info))


transport.TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"

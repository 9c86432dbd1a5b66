"""Publishing to RabbitMQ: pipelined confirms with our own tags under one deadline."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from amqp import spec
from kombu import Connection

from shared.foundation.kill_points import kill_point
from shared.messaging.broker import BROKER_ERRORS, close, connect
from shared.messaging.outgoing import CONTENT_TYPE, Outcome, Outgoing
from shared.messaging.topology import check_teller, exchange_of

CONFIRM_SECONDS: Final = 30.0


class AmqpPublisher:
    """Pipelined confirms on a connection of its own; a new one after any error."""

    def __init__(self, broker_url: str, teller: str, *, confirm_seconds: float = CONFIRM_SECONDS):
        self._url = broker_url
        self._teller = teller
        self._confirm_seconds = confirm_seconds
        self._connection: Connection | None = None
        self._channel: Any = None
        user = urlsplit(broker_url).username
        self._user = {"user_id": user} if user == teller else {}
        self._tag = 0
        self._flight: _Flight | None = None

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection, self._channel = connect(self._url), None
        return self._connection

    def _open_channel(self) -> Any:
        connection = self._open()
        if self._channel is None:
            self._channel = connection.channel()
            self._channel.confirm_select()
            self._channel.events["basic_ack"].add(self._on_ack)
            self._channel.events["basic_nack"].add(self._on_nack)
            self._channel.events["basic_return"].add(self._on_return)
            self._tag = 0
        return self._channel

    def check(self) -> None:
        try:
            check_teller(self._open(), self._teller)
        except BROKER_ERRORS:
            self._drop()
            raise

    def publish(self, batch: Sequence[Outgoing]) -> Outcome:
        outcome = Outcome()
        self._flight = flight = _Flight(batch, outcome)
        try:
            self._fly(flight)
        except BROKER_ERRORS as error:
            outcome.error = error
            self._drop()
        finally:
            self._flight = None
        return outcome

    def _fly(self, flight: "_Flight") -> None:
        channel = self._open_channel()
        deadline = time.monotonic() + self._confirm_seconds
        self._send(channel, flight)
        kill_point("relay.before_confirm")
        while flight.outstanding:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no confirm within {self._confirm_seconds:g} s")
            channel.connection.drain_events(timeout=left)
            self._send(channel, flight)

    def _send(self, channel: Any, flight: "_Flight") -> None:
        exchange = exchange_of(self._teller)
        while flight.ready:
            message = flight.ready.popleft()
            self._tag += 1
            flight.outstanding[self._tag] = message
            content = channel.prepare_message(
                message.envelope.encode(),
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                properties={
                    "message_id": str(message.id),
                    "delivery_mode": 2,
                    **self._user,
                },
            )
            # basic_publish would read the socket before each message; `_fly` reads it.
            channel.send_method(
                spec.Basic.Publish,
                "Bssbb",
                (0, exchange, message.key, message.is_awaited, False),
                content,
            )

    def _on_ack(self, tag: int, multiple: bool) -> None:
        if self._flight is not None:
            self._flight.settle(tag, multiple, self._flight.confirm)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        if self._flight is not None:
            self._flight.settle(tag, multiple, self._flight.refuse)

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: Any) -> None:
        if self._flight is not None:
            self._flight.returned_ids.add(message.properties["message_id"])

    def keep_alive(self) -> None:
        if self._connection is None:
            return
        try:
            self._read_what_is_there(self._connection)
            self._connection.heartbeat_check()
        except BROKER_ERRORS:
            self._drop()

    @staticmethod
    def _read_what_is_there(connection: Connection) -> None:
        try:
            while True:
                connection.drain_events(timeout=0)
        except TimeoutError:
            return

    def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            connection.collect()

    def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            close(connection)


class _Flight:
    """A batch in the air: own tags, one message of a subject at a time."""

    def __init__(self, batch: Iterable[Outgoing], outcome: Outcome):
        self.outcome = outcome
        self.ready: deque[Outgoing] = deque()
        self.outstanding: dict[int, Outgoing] = {}
        self.returned_ids: set[str] = set()
        self._behind: dict[UUID, deque[Outgoing]] = {}
        for message in batch:
            if not message.is_awaited:
                self.ready.append(message)
            elif message.subject in self._behind:
                self._behind[message.subject].append(message)
            else:
                self._behind[message.subject] = deque()
                self.ready.append(message)

    def settle(self, tag: int, multiple: bool, verdict: Callable[[Outgoing], None]) -> None:
        """Tags that this flight did not send, such as a late one, settle nothing."""
        settled = [tag]
        if multiple:
            settled = list(takewhile(lambda one: one <= tag, self.outstanding))
        for one in settled:
            message = self.outstanding.pop(one, None)
            if message is not None:
                verdict(message)

    def confirm(self, message: Outgoing) -> None:
        """Confirmed and routed; the next of its subject may go."""
        if str(message.id) in self.returned_ids:
            self.outcome.returned.add(message.number)
            return
        self.outcome.confirmed.add(message.number)
        behind = self._behind.get(message.subject)
        if message.is_awaited and behind:
            self.ready.append(behind.popleft())

    def refuse(self, message: Outgoing) -> None:
        """A queue is full or in trouble: it stays pending, and so do those behind it."""
        self.outcome.error = ConnectionError(f"the broker refused message {message.id}")

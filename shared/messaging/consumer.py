"""The consumer: gathers what has arrived, lets the inbox commit it, then acks."""

import time
from collections.abc import Sequence
from typing import Any, Final

from kombu import Connection, Queue
from kombu import Consumer as KombuConsumer

from shared.foundation.kill_points import kill_point
from shared.foundation.logs import get_logger
from shared.messaging import metrics
from shared.messaging.broker import BROKER_ERRORS, close, connect
from shared.messaging.deliveries import Delivery
from shared.messaging.inbox import Inbox
from shared.messaging.pulse import Backoff, Pulse
from shared.messaging.topology import TopologyMissing, check_hearer, queues_of

PREFETCH: Final = 100
WAIT_SECONDS: Final = 0.5
LINGER_SECONDS: Final = 0.005
CHECK_SECONDS: Final = 60.0
_FATAL: Final = (403, 404, 406)
TROUBLES: Final[tuple[type[Exception], ...]] = (TopologyMissing, *BROKER_ERRORS)
log = get_logger()


class Consumer:
    """Hears one service's queues. Nothing is acked before its effect is committed."""

    def __init__(self, broker_url: str, service: str, inbox: Inbox):
        self._url = broker_url
        self._service = service
        self._inbox = inbox
        self._database_backoff = Backoff(longest=5.0)

    def run(self, pulse: Pulse) -> None:
        """Consume until the pulse stops, with a new connection after every trouble."""
        backoff = Backoff(longest=30.0)
        while not pulse.is_stopping:
            started = time.monotonic()
            try:
                self._consume(pulse)
            except TROUBLES as error:
                self._troubled(pulse, error)
                if time.monotonic() - started > CHECK_SECONDS:
                    backoff.succeeded()
                pulse.wait(backoff.failed())

    def _troubled(self, pulse: Pulse, error: Exception) -> None:
        metrics.LOOP_FAILURES.labels(self._service, "consumer").inc()
        is_missing = isinstance(error, TopologyMissing) or (
            getattr(error, "reply_code", None) in _FATAL
        )
        metrics.TOPOLOGY_MISSING.labels(self._service, "hearer").set(int(is_missing))
        log.warning("consumer is cut", trouble=type(error).__name__, error=str(error)[:300])
        pulse.report(f"degraded: {type(error).__name__}")

    def _consume(self, pulse: Pulse) -> None:
        connection = connect(self._url)
        try:
            _Consuming(connection, self._service, self._inbox, pulse, self._database_backoff).run()
        finally:
            close(connection)


class _Consuming:
    """One connection's time."""

    def __init__(
        self,
        connection: Connection,
        service: str,
        inbox: Inbox,
        pulse: Pulse,
        backoff: Backoff,
    ):
        self._connection = connection
        self._service = service
        self._inbox = inbox
        self._pulse = pulse
        self._backoff = backoff
        self._arrived: list[Any] = []
        self._checked_at = float("-inf")
        self._beat_at = 0.0
        self._has_many = False
        self._channel: Any = None

    def run(self) -> None:
        """Until the pulse stops. Raises TopologyMissing or a broker's error."""
        self._check()
        self._channel = self._connection.channel()
        queues = [Queue(name, no_declare=True) for name in queues_of(self._service)]
        with KombuConsumer(
            self._channel,
            queues,
            on_message=self._arrived.append,
            prefetch_count=PREFETCH,
            accept=["json"],
            auto_declare=False,
        ):
            self._pulse.report("ok")
            while not self._pulse.is_stopping:
                self._pulse.tick()
                self._gather(WAIT_SECONDS)
                if self._arrived:
                    self._hear()
                self._check()
                self._beat()

    def _gather(self, seconds: float) -> None:
        """Wait for one message, then take what is here already; or comes at once, while many do.

        A batch costs nearly the same, however long it is.
        """
        try:
            self._connection.drain_events(timeout=seconds)
            until = time.monotonic() + (LINGER_SECONDS if self._has_many else 0)
            while len(self._arrived) < PREFETCH:
                self._connection.drain_events(timeout=max(0, until - time.monotonic()))
        except TimeoutError:
            return

    def _hear(self) -> None:
        batch = self._arrived[:PREFETCH]
        self._has_many = len(batch) > 2
        deliveries = [_delivery(message) for message in batch]
        progress = self._inbox.hear(deliveries, still_here=self._still_here)
        self._acknowledge(batch[: progress.done])
        del self._arrived[: progress.done]
        if progress.trouble is None:
            self._backoff.succeeded()
        else:
            self._wait_for_database(progress.trouble)

    def _acknowledge(self, done: Sequence[Any]) -> None:
        kill_point("consumer.before_ack")
        if done:
            done[-1].ack(multiple=True)
        kill_point("consumer.after")

    def _wait_for_database(self, trouble: Exception) -> None:
        """Ack nothing, and stay the broker's guest."""
        log.warning("database in trouble", error=type(trouble).__name__)
        self._pulse.report("degraded: database")
        metrics.LOOP_FAILURES.labels(self._service, "consumer").inc()
        until = time.monotonic() + self._backoff.failed()
        while time.monotonic() < until and not self._pulse.is_stopping:
            self._pulse.tick()
            self._beat()
            self._pulse.wait(min(0.2, max(0.0, until - time.monotonic())))
            self._read_heartbeats()
        self._pulse.report("ok")

    def _read_heartbeats(self) -> None:
        try:
            while True:
                self._connection.drain_events(timeout=0)
        except TimeoutError:
            return

    def _still_here(self) -> None:
        """Between two reactions of a batch: never raises, the ack will."""
        if time.monotonic() < self._beat_at + 1:
            return
        self._pulse.tick()
        try:
            self._beat()
        except BROKER_ERRORS as error:
            log.info("broker lost during a batch", error=str(error)[:300])

    def _beat(self) -> None:
        if time.monotonic() < self._beat_at + 1:
            return
        self._beat_at = time.monotonic()
        if hasattr(self._channel, "extend_lease"):
            self._channel.extend_lease()
        else:
            self._connection.heartbeat_check()

    def _check(self) -> None:
        if time.monotonic() < self._checked_at + CHECK_SECONDS:
            return
        dead = check_hearer(self._connection, self._service)
        metrics.DEAD_LETTERED.labels(self._service).set(dead)
        metrics.TOPOLOGY_MISSING.labels(self._service, "hearer").set(0)
        self._checked_at = time.monotonic()


def _delivery(message: Any) -> Delivery:
    return Delivery(
        body=message.body,
        exchange=message.delivery_info["exchange"],
        message_id=message.properties.get("message_id"),
        user=message.properties.get("user_id"),
    )

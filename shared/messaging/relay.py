"""The relay: takes what was told to the broker, and remembers what it confirmed."""

import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from shared.database import Database
from shared.foundation.kill_points import kill_point
from shared.foundation.logs import get_logger
from shared.messaging import metrics
from shared.messaging.broker import BROKER_ERRORS
from shared.messaging.outgoing import Outcome, Outgoing
from shared.messaging.pending import BATCH, make_pending
from shared.messaging.publisher import Publisher
from shared.messaging.pulse import Backoff, Pulse, Waker
from shared.messaging.topology import TopologyMissing

POLL_SECONDS: Final = 1.0
FEW: Final = 2
GATHER_SECONDS: Final = 0.02
"""While messages come by more than a few, here and at each hearer a batch costs nearly the same."""
CHECK_SECONDS: Final = 60.0
COUNT_SECONDS: Final = 15.0
HOLD_SECONDS: Final = 30.0
MOST_HELD: Final = 5000
TROUBLES: Final[tuple[type[Exception], ...]] = (
    *BROKER_ERRORS,
    TopologyMissing,
    SQLAlchemyError,
)
log = get_logger()


class Relay:
    """One leader per database publishes in order; the others wait to take over.

    Nothing is published while an exchange or a hearer's queue is missing. A message that
    reached no queue is held back with those of its subject, tried again every 30 s, and
    counted; the others go on.
    """

    def __init__(self, database: Database, publisher: Publisher, service: str):
        self._publisher = publisher
        self._service = service
        self._pending = make_pending(database)
        self._waker = Waker()
        self._held: dict[UUID, float] = {}
        self._checked_at = float("-inf")
        self._counted_at = float("-inf")

    def poke(self) -> None:
        """There may be something to relay. From any thread."""
        self._waker.wake()

    def run(self, pulse: Pulse) -> None:
        """Relay until the pulse stops; every trouble is logged, counted and tried again."""
        backoff = Backoff()
        while not pulse.is_stopping:
            pulse.tick()
            try:
                moved = self.relay_once()
                backoff.succeeded()
                pulse.report("ok")
            except TROUBLES as error:
                self._troubled(pulse, error)
                pulse.wait(backoff.failed())
                continue
            if FEW < moved < BATCH:
                pulse.wait(GATHER_SECONDS)
            elif moved < BATCH:
                self._pending.wait(POLL_SECONDS, self._waker)
        self.close()

    def _troubled(self, pulse: Pulse, error: Exception) -> None:
        metrics.LOOP_FAILURES.labels(self._service, "relay").inc()
        log.warning("relay is held", trouble=type(error).__name__, error=str(error)[:300])
        pulse.report(f"degraded: {type(error).__name__}")
        if isinstance(error, SQLAlchemyError):
            self._pending.close()

    def relay_once(self) -> int:
        """Relay one batch if leading; return how many were confirmed.

        Raises TopologyMissing, a broker's or a database's error.
        """
        self._publisher.keep_alive()
        if not self._pending.lead():
            return 0
        self._count()
        self._require_topology()
        self._release_held()
        rows = self._pending.read(without=self._held.keys())
        return self._relay(rows) if rows else 0

    def _relay(self, rows: Sequence[Outgoing]) -> int:
        kill_point("relay.before_publish")
        outcome = self._publisher.publish(rows)
        kill_point("relay.before_delete")
        if outcome.confirmed:
            self._pending.move(sorted(outcome.confirmed))
            metrics.PUBLISHED.labels(self._service).inc(len(outcome.confirmed))
        kill_point("relay.after")
        self._hold(rows, outcome)
        if outcome.error is not None:
            raise outcome.error
        return len(outcome.confirmed)

    def _hold(self, rows: Sequence[Outgoing], outcome: Outcome) -> None:
        if not outcome.returned:
            return
        until = time.monotonic() + HOLD_SECONDS
        for row in rows:
            if row.number in outcome.returned:
                self._held[row.subject] = until
                log.error("message reached no queue", message_id=str(row.id), type=row.type)
        metrics.UNROUTABLE.labels(self._service).set(len(self._held))
        self._checked_at = float("-inf")

    def _release_held(self) -> None:
        if not self._held:
            return
        now = time.monotonic()
        self._held = {subject: until for subject, until in self._held.items() if until > now}
        metrics.UNROUTABLE.labels(self._service).set(len(self._held))
        if len(self._held) > MOST_HELD:
            raise TopologyMissing("Too many messages reach no queue; declare the topology.")

    def _require_topology(self) -> None:
        if time.monotonic() < self._checked_at + CHECK_SECONDS:
            return
        missing = metrics.TOPOLOGY_MISSING.labels(self._service, "teller")
        try:
            self._publisher.check()
        except TopologyMissing:
            missing.set(1)
            raise
        missing.set(0)
        self._checked_at = time.monotonic()

    def _count(self) -> None:
        if time.monotonic() < self._counted_at + COUNT_SECONDS:
            return
        number, age = self._pending.count()
        metrics.PENDING.labels(self._service).set(number)
        metrics.OLDEST_PENDING_SECONDS.labels(self._service).set(age)
        self._counted_at = time.monotonic()

    def close(self) -> None:
        """Give the leadership and the connections back, for good."""
        self._pending.close()
        self._publisher.close()
        self._waker.close()

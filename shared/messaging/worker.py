"""A service's worker: relay, consumer, timers and its own loops, stopped together."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.garbage import settle
from shared.foundation.logs import get_logger
from shared.messaging import metrics
from shared.messaging.companions import (
    LOOK_SECONDS,
    STOP_SECONDS,
    Companion,
    Companions,
    stop_when_asked,
)
from shared.messaging.consumer import Consumer
from shared.messaging.crew import Crew, Loop
from shared.messaging.housekeeping import TOLD_DAYS, prune
from shared.messaging.inbox import Inbox, Reactions
from shared.messaging.kept import count_kept
from shared.messaging.publisher import make_publisher
from shared.messaging.pulse import Pulse
from shared.messaging.relay import Relay
from shared.messaging.retries import Retries

RETRY_SECONDS: Final = 2.0
COUNT_SECONDS: Final = 15.0
PRUNE_SECONDS: Final = 3600.0
_SHORTEST_SLEEP: Final = 0.05
log = get_logger()


@dataclass(frozen=True)
class Timer:
    """Something to do again and again; run: given the instant, aware UTC.

    An error is logged and counted, and the next turn comes as usual. Several workers of a
    service run the same timers, so each must bear company, and end well within 60 s.
    """

    name: str
    every_seconds: float
    run: Callable[[datetime], object]


class Worker(Crew):
    """A service's. companions: processes to run beside it where it has a process of its own."""

    companions: Sequence[Companion] = ()

    def __init__(
        self,
        service: str,
        database: Database,
        broker_url: str,
        reactions: Reactions,
        *,
        timers: Sequence[Timer] = (),
        loops: Sequence[Loop] = (),
        exits_when_hung: bool = False,
        told_days: int = TOLD_DAYS,
        clock: Clock = utc_now,
    ):
        self._relay = Relay(database, make_publisher(broker_url, service), service)
        inbox = Inbox(database, service, reactions, clock=clock)
        retries = Retries(database, service, reactions, clock=clock)
        consumer = Consumer(broker_url, service, inbox)
        own = (
            Timer("retries", RETRY_SECONDS, lambda _: retries.run_due()),
            Timer("kept", COUNT_SECONDS, lambda _: self._count(database)),
            Timer(
                "housekeeping",
                PRUNE_SECONDS,
                lambda now: prune(database, now, told_days=told_days),
            ),
        )
        turns = _Turns(service, (*own, *timers), clock)
        all_loops = (
            Loop("relay", self._relay.run),
            Loop("consumer", consumer.run),
            Loop("timers", turns.run),
            *loops,
        )
        super().__init__(service, all_loops, exits_when_hung=exits_when_hung)
        database.after_telling.append(self._relay.poke)

    def _wake(self) -> None:
        self._relay.poke()

    def _count(self, database: Database) -> None:
        with database.reading() as session:
            for state, number in count_kept(session).items():
                metrics.KEPT.labels(self.service, state).set(number)


class _Turns:
    """One thread for all timers of a service."""

    def __init__(self, service: str, timers: Sequence[Timer], clock: Clock):
        self._service = service
        self._clock = clock
        self._due = {timer: time.monotonic() + min(timer.every_seconds, 5.0) for timer in timers}

    def run(self, pulse: Pulse) -> None:
        """Take turns until the pulse stops."""
        while not pulse.is_stopping:
            pulse.report("ok")
            for timer in [one for one, due in self._due.items() if due <= time.monotonic()]:
                pulse.tick()
                if pulse.is_stopping:
                    return
                self._turn(timer)
                self._due[timer] = time.monotonic() + timer.every_seconds
            pulse.wait(max(_SHORTEST_SLEEP, min(self._due.values()) - time.monotonic()))

    def _turn(self, timer: Timer) -> None:
        try:
            timer.run(self._clock())
        except Exception:
            metrics.LOOP_FAILURES.labels(self._service, timer.name).inc()
            log.exception("timer failed", timer=timer.name)


def run_until_stopped(worker: Worker, *, deadline_seconds: float = STOP_SECONDS) -> int:
    """Start, wait for SIGTERM or SIGINT, stop in time; return the exit status.

    A companion that has ended by itself ends the worker, for its supervisor to start both anew.
    """
    asked, companions = stop_when_asked(), Companions(worker.service, worker.companions)
    companions.start()
    worker.start()
    settle()
    while not asked.wait(LOOK_SECONDS) and companions.are_alive:
        continue
    log.info("worker stops", was_asked=asked.is_set())
    until = time.monotonic() + deadline_seconds
    companions.ask_to_stop()
    have_stopped = worker.stop(deadline_seconds)
    have_stopped &= companions.stop(until - time.monotonic())
    return 0 if asked.is_set() and have_stopped else 1

"""A service's worker: relay, consumer, timers and its own loops, stopped together."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.garbage import settle
from shared.foundation.logs import get_logger
from shared.messaging import metrics
from shared.messaging.consumer import Consumer
from shared.messaging.housekeeping import TOLD_DAYS, prune
from shared.messaging.inbox import Inbox, Reactions
from shared.messaging.kept import count_kept
from shared.messaging.publisher import make_publisher
from shared.messaging.pulse import Backoff, Pulse, ThreadPulse
from shared.messaging.relay import Relay
from shared.messaging.retries import Retries

SILENT_SECONDS: Final = 60.0
"""A loop that has not ticked for so long hangs."""
HUNG_STATUS: Final = 70
SWITCH_SECONDS: Final = 0.0005
"""A thread that waits for servers gets its turn so soon beside one that computes (Python: 5 ms)."""
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


@dataclass(frozen=True)
class Loop:
    """A thread of a service's own: `run` ticks and waits by the pulse until it stops."""

    name: str
    run: Callable[[Pulse], None]


class Worker:
    """start() it, look at `is_ticking` and `state`, stop() it.

    exits_when_hung: end the process when a loop hangs, for a supervisor to start it anew.
    """

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
        self._service = service
        self._exits_when_hung = exits_when_hung
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
        self._loops = (
            Loop("relay", self._relay.run),
            Loop("consumer", consumer.run),
            Loop("timers", turns.run),
            *loops,
        )
        self._pulses: dict[str, ThreadPulse] = {}
        self._threads: list[threading.Thread] = []
        database.after_telling.append(self._relay.poke)

    def start(self) -> None:
        """Return at once; the threads run until stop()."""
        for loop in self._loops:
            pulse = self._pulses[loop.name] = ThreadPulse()
            self._spawn(loop.name, self._runner(loop, pulse))
        if self._exits_when_hung:
            self._spawn("watchdog", self._watch)

    def _spawn(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=f"{self._service} {name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _runner(self, loop: Loop, pulse: ThreadPulse) -> Callable[[], None]:
        def run() -> None:
            backoff = Backoff()
            while not pulse.is_stopping:
                try:
                    loop.run(pulse)
                except Exception:
                    metrics.LOOP_FAILURES.labels(self._service, loop.name).inc()
                    log.exception("loop failed", loop=loop.name)
                    pulse.report("degraded: failed")
                    pulse.wait(backoff.failed())

        return run

    def stop(self, deadline_seconds: float = 10.0) -> bool:
        """Let each loop finish what it does; False if one has not within the deadline."""
        deadline = time.monotonic() + deadline_seconds
        for pulse in self._pulses.values():
            pulse.stop()
        self._relay.poke()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def is_ticking(self) -> bool:
        """Whether every loop has ticked in the last 60 s."""
        return not self._silent()

    @property
    def state(self) -> Mapping[str, str]:
        """Loop → `ok`, `starting`, or its trouble."""
        return {name: pulse.state for name, pulse in self._pulses.items()}

    def _silent(self) -> list[str]:
        since = time.monotonic() - SILENT_SECONDS
        return [name for name, pulse in self._pulses.items() if pulse.ticked_at < since]

    def _watch(self) -> None:
        pulse = self._pulses["relay"]
        while not pulse.is_stopping:
            # Not by the pulse: that would tick for the loop that is watched.
            time.sleep(1)
            silent = self._silent()
            if silent and not pulse.is_stopping:
                log.critical("loop hangs, process ends", loops=silent)
                os._exit(HUNG_STATUS)

    def _count(self, database: Database) -> None:
        with database.reading() as session:
            for state, number in count_kept(session).items():
                metrics.KEPT.labels(self._service, state).set(number)


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


def run_until_stopped(worker: Worker, *, deadline_seconds: float = 9.0) -> int:
    """Start, wait for SIGTERM or SIGINT, stop in time; return the exit status."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    sys.setswitchinterval(SWITCH_SECONDS)
    worker.start()
    settle()
    asked.wait()
    log.info("worker stops")
    return 0 if worker.stop(deadline_seconds) else 1

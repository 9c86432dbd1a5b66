"""Loops that run side by side, each in a thread, started and stopped together."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.foundation.logs import get_logger
from shared.messaging import metrics
from shared.messaging.pulse import Backoff, Pulse, ThreadPulse

SILENT_SECONDS: Final = 60.0
"""A loop that has not ticked for so long hangs."""
HUNG_STATUS: Final = 70
log = get_logger()


@dataclass(frozen=True)
class Loop:
    """A thread's work: `run` ticks and waits by the pulse until it stops."""

    name: str
    run: Callable[[Pulse], None]


class Crew:
    """start() it, look at `is_ticking` and `state`, stop() it.

    exits_when_hung: end the process when a loop hangs, for a supervisor to start it anew.
    """

    def __init__(self, service: str, loops: Sequence[Loop], *, exits_when_hung: bool = False):
        self.service = service
        self._loops = loops
        self._exits_when_hung = exits_when_hung
        self._pulses: dict[str, ThreadPulse] = {}
        self._threads: list[threading.Thread] = []
        self._is_stopping = threading.Event()

    def start(self) -> None:
        """Return at once; the threads run until stop(). A loop that fails is begun anew."""
        for loop in self._loops:
            pulse = self._pulses[loop.name] = ThreadPulse()
            self._spawn(loop.name, self._runner(loop, pulse))
        if self._exits_when_hung:
            self._spawn("watchdog", self._watch)

    def _spawn(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=f"{self.service} {name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _runner(self, loop: Loop, pulse: ThreadPulse) -> Callable[[], None]:
        def run() -> None:
            backoff = Backoff()
            while not pulse.is_stopping:
                try:
                    loop.run(pulse)
                except Exception:
                    metrics.LOOP_FAILURES.labels(self.service, loop.name).inc()
                    log.exception("loop failed", loop=loop.name)
                    pulse.report("degraded: failed")
                    pulse.wait(backoff.failed())

        return run

    def stop(self, deadline_seconds: float = 10.0) -> bool:
        """Let each loop finish what it does; False if one has not within the deadline."""
        deadline = time.monotonic() + deadline_seconds
        self._is_stopping.set()
        for pulse in self._pulses.values():
            pulse.stop()
        self._wake()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _wake(self) -> None:
        """Those that sleep otherwise than by their pulse; a crew of such has its own way."""

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
        while not self._is_stopping.wait(1):
            silent = self._silent()
            if silent and not self._is_stopping.is_set():
                log.critical("loop hangs, process ends", loops=silent)
                os._exit(HUNG_STATUS)

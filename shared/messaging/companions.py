"""Processes beside a worker's own, for loops that compute: Python computes on one core each."""

import gc
import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Final

from shared.foundation.garbage import settle
from shared.foundation.logs import get_logger
from shared.messaging.crew import Crew, Loop

SWITCH_SECONDS: Final = 0.0005
"""A thread that waits for servers gets its turn so soon beside one that computes (Python: 5 ms)."""
STOP_SECONDS: Final = 9.0
LOOK_SECONDS: Final = 1.0
log = get_logger()


@dataclass(frozen=True)
class Companion:
    """A process to start with the worker. make: its loops, called in it."""

    name: str
    make: Callable[[], Sequence[Loop]]


class Companions:
    """The processes. They end with the one that started them, however that ends."""

    def __init__(self, service: str, companions: Sequence[Companion]):
        self._service = service
        self._asked_for = companions
        self._processes: list[BaseProcess] = []

    def start(self) -> None:
        """Called before there is any thread: forked, they share what is loaded."""
        if self._asked_for:
            # Looking for garbage writes to what it looks at, and what is written is shared no more.
            gc.freeze()
        for each in self._asked_for:
            process = multiprocessing.get_context("fork").Process(
                target=_run, args=(self._service, each), name=each.name, daemon=True
            )
            process.start()
            self._processes.append(process)

    @property
    def are_alive(self) -> bool:
        """Whether none has ended."""
        return all(each.is_alive() for each in self._processes)

    def ask_to_stop(self) -> None:
        """Return at once; each finishes what it does."""
        for each in self._processes:
            each.terminate()

    def stop(self, deadline_seconds: float) -> bool:
        """Wait for them to end; False if one has not within the deadline."""
        deadline = time.monotonic() + deadline_seconds
        self.ask_to_stop()
        for each in self._processes:
            each.join(max(0.0, deadline - time.monotonic()))
        late = [each for each in self._processes if each.is_alive()]
        for each in late:
            each.kill()
        return not late


def stop_when_asked() -> threading.Event:
    """Set once the process gets SIGTERM or SIGINT."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    sys.setswitchinterval(SWITCH_SECONDS)
    return asked


def _run(service: str, companion: Companion) -> None:
    asked = stop_when_asked()
    crew = Crew(service, companion.make(), exits_when_hung=True)
    crew.start()
    settle()
    starter = multiprocessing.parent_process()
    while not asked.wait(LOOK_SECONDS):
        if starter is not None and not starter.is_alive():
            log.warning("the worker is gone, its companion ends", companion=companion.name)
            break
    crew.stop(STOP_SECONDS)

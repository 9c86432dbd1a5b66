"""The heartbeat of a worker's loop: when it last ticked, when it must stop, how it is woken."""

import select
import socket
import threading
import time
from typing import Any, Protocol


class Pulse(Protocol):
    """What a loop is given: it asks whether to stop, ticks, and sleeps by it."""

    @property
    def is_stopping(self) -> bool:
        """Whether the loop must end soon."""

    def tick(self) -> None:
        """Say that the loop is alive; at least every 60 s."""

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until the loop must stop."""

    def report(self, state: str) -> None:
        """Say how it goes: `ok`, or the trouble in a few words."""


class ThreadPulse:
    """A Pulse that other threads read and stop."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self.ticked_at = time.monotonic()
        self.state = "starting"

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def tick(self) -> None:
        self.ticked_at = time.monotonic()

    def wait(self, seconds: float) -> None:
        self.tick()
        self._stop.wait(seconds)
        self.tick()

    def report(self, state: str) -> None:
        self.state = state

    def stop(self) -> None:
        """Make `is_stopping` true and wake the loop."""
        self._stop.set()


class Backoff:
    """Seconds to wait after each failure in a row, doubling."""

    def __init__(self, *, first: float = 0.2, longest: float = 10.0):
        self._first = first
        self._longest = longest
        self._next = first

    def failed(self) -> float:
        """How long to wait now."""
        seconds, self._next = self._next, min(self._next * 2, self._longest)
        return seconds

    def succeeded(self) -> None:
        """Begin anew."""
        self._next = self._first


class Waker:
    """Lets one thread sleep on sockets and be woken by others; wakes are not counted."""

    def __init__(self) -> None:
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)

    def wake(self) -> None:
        """From any thread, at any time."""
        try:
            self._write.send(b"x")
        except OSError:
            # Full: it is awake already. Closed: nobody sleeps.
            return

    def wait(self, seconds: float, *others: Any) -> list[Any]:
        """Sleep until woken or one of the others can be read; return those."""
        readable, _, _ = select.select([self._read, *others], [], [], max(seconds, 0))
        if self._read in readable:
            readable.remove(self._read)
            try:
                while self._read.recv(4096):
                    pass
            except BlockingIOError:
                pass
        return list(readable)

    def close(self) -> None:
        """Twice is once."""
        self._read.close()
        self._write.close()

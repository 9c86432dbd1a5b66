"""When a mail is tried again, and no more of them to one domain than it bears."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

BACKOFF: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (20, 60, 300, 900, 3600, 3 * 3600, 8 * 3600, 24 * 3600)
)
JITTER: Final = 0.2
LONGEST_ASKED: Final = timedelta(days=1)
SHORT_SECONDS: Final = 0.25
"""So long a mailer waits itself; for longer the mail is put off, and others go before it."""
MOST_DOMAINS: Final = 10_000


@dataclass
class Pace:
    """Of one mailer. per_second: 0 for no limit."""

    per_second: float = 0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: dict[str, float] = field(default_factory=dict)
    _line: dict[str, float] = field(default_factory=dict)

    def seconds_until(self, address: str) -> float:
        """0 where it may go now, having waited a moment; else how long to put it off.

        Those put off come back one after the other, as their domain bears them.
        """
        if not self.per_second:
            return 0.0
        domain, step = address.rpartition("@")[2].casefold(), 1 / self.per_second
        now = self.clock()
        self._forget(now)
        place = max(now, self._next.get(domain, now))
        wait = place - now
        if wait > SHORT_SECONDS:
            line = max(place, self._line.get(domain, place)) + step
            self._line[domain] = line
            return line - now
        self._next[domain] = place + step
        if wait:
            self.sleep(wait)
        return 0.0

    def _forget(self, now: float) -> None:
        if len(self._next) > MOST_DOMAINS:
            self._next = {name: at for name, at in self._next.items() if at > now}
            self._line = {name: at for name, at in self._line.items() if at > now}


def next_due(tries: int, *, now: datetime, asked_seconds: int = 0) -> datetime | None:
    """When to try again after that many tries; None when it is enough.

    asked_seconds: before which the other side asks for no other try; a day at most is granted.
    """
    if tries > len(BACKOFF):
        return None
    pause = BACKOFF[tries - 1]
    asked = min(timedelta(seconds=asked_seconds), LONGEST_ASKED)
    return now + max(pause * (1 + random.uniform(-JITTER, JITTER)), asked)

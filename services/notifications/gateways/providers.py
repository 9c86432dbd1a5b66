"""Several mail servers: chosen by weight, left alone while they fail, given less while slow."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from prometheus_client import Counter

from services.notifications.gateways.mailer import Mail, Result, Results
from services.notifications.gateways.smtp import (
    TIMEOUT_SECONDS,
    Connection,
    Server,
    SmtpConnection,
    wait_for,
)
from shared.foundation.failures import BadSettings
from shared.foundation.logs import get_logger

LEFT_ALONE_SECONDS: Final = 5.0
LONGEST_ALONE_SECONDS: Final = 300.0
FAILING_RATE: Final = 0.5
"""Of recent mails that got no answer or a temporary refusal: above it, a server is left alone."""
MEMORY: Final = 0.1
"""Weight of the newest mail in the running figures."""
USUAL_SECONDS: Final = 1.0
"""A server whose mails take longer than this gets less by that ratio."""
TROUBLES: Final = ("away", "deferred")
LEAST_PER_SECOND: Final = 0.5
SOON_SECONDS: Final = 0.02
"""So long those that are sent wait for others, to be written together."""
PATIENCE_SECONDS: Final = 1.0
OPTIONS: Final = {"weight", "per_second"}
HANDED_OVER: Final = Counter(
    "plenary_mails_handed_over", "Mails by server and what it said", ["server", "outcome"]
)
log = get_logger()


@dataclass
class Provider:
    """One mail server as a mailer sees it. per_second: no more than that, 0 for no limit."""

    url: str
    name: str
    weight: float = 1.0
    per_second: float = 0.0
    trouble: float = 0.0
    seconds: float = 0.0
    alone_until: float = 0.0
    alone_seconds: float = LEFT_ALONE_SECONDS
    next_at: float = 0.0

    @classmethod
    def of(cls, url: str) -> "Provider":
        """Read smtp://HOST?weight=3&per_second=20. Raises BadSettings."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        try:
            figures = {name: float(text) for name, text in options.items()}
            server = Server.of(url)
        except ValueError as error:
            raise BadSettings(f"PLENARY_SMTP_URL: {error}.") from error
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise BadSettings("PLENARY_SMTP_URL: each is smtp://HOST:PORT or smtps://HOST:PORT.")
        is_low = 0 < figures.get("per_second", 0) < LEAST_PER_SECOND
        if (
            not options.keys() <= OPTIONS
            or is_low
            or not all(0 <= f < 1e6 for f in figures.values())
        ):
            raise BadSettings(
                "PLENARY_SMTP_URL: after ? may stand weight= from 0 and per_second= from 0.5."
            )
        name = f"{server.host}:{server.port}"
        return cls(url=parts._replace(query="").geturl(), name=name, **figures)

    @property
    def share(self) -> float:
        """What it gets of the mails: its weight, less while it is slow."""
        return self.weight / max(1.0, self.seconds / USUAL_SECONDS)

    def hindrances(self, now: float) -> tuple[bool, bool, bool]:
        """What speaks against it, the worst first: it fails, is a reserve, has its fill."""
        return self.alone_until > now, not self.weight, self.next_at > now


@dataclass
class Providers:
    """What a mailer knows of the servers."""

    listed: Sequence[Provider]
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, urls: str, *, sharers: int = 1) -> "Providers":
        """Of PLENARY_SMTP_URL: addresses with blanks between. Raises BadSettings.

        sharers: mailers among which what a server takes a second is parted.
        """
        listed = [Provider.of(url) for url in urls.split()]
        for each in listed:
            each.per_second /= sharers
        if len({each.url for each in listed}) < len(listed):
            raise BadSettings("PLENARY_SMTP_URL names a server twice.")
        if not any(each.weight for each in listed):
            raise BadSettings("PLENARY_SMTP_URL: at least one server needs a weight above 0.")
        return cls(listed)

    def in_turn(self) -> list[Provider]:
        """All, in the order to try them for one mail: healthy ones by chance and share first.

        Servers of weight 0 are for when no other can be used.
        """
        if len(self.listed) == 1:
            return list(self.listed)
        now = self.clock()
        drawn = [(each, random.random() ** (1 / (each.share or 1e-9))) for each in self.listed]
        drawn.sort(key=lambda pair: (*pair[0].hindrances(now), -pair[1]))
        return [each for each, _ in drawn]

    def wait_seconds(self, provider: Provider) -> float:
        """Take the server's next place in time; how long until then."""
        if not provider.per_second:
            return 0.0
        now = self.clock()
        place = max(now, provider.next_at)
        provider.next_at = place + 1 / provider.per_second
        return place - now

    def note(self, provider: Provider, result: Result, seconds: float) -> None:
        """Remember how it went. A server that fails is left alone, longer each time."""
        HANDED_OVER.labels(provider.name, result.outcome).inc()
        is_trouble = result.outcome in TROUBLES
        provider.trouble += MEMORY * (is_trouble - provider.trouble)
        provider.seconds += MEMORY * (seconds - provider.seconds)
        if result.outcome == "away" or (is_trouble and provider.trouble > FAILING_RATE):
            provider.alone_until = self.clock() + provider.alone_seconds
            provider.alone_seconds = min(2 * provider.alone_seconds, LONGEST_ALONE_SECONDS)
            provider.trouble = 0.0
        elif not is_trouble:
            provider.alone_until, provider.alone_seconds = 0.0, LEFT_ALONE_SECONDS


@dataclass
class _UnderWay:
    """A mail that a server has heard the first of. heard_at: when it last answered."""

    number: int
    provider: Provider
    since: float
    heard_at: float


class FailoverMailer:
    """Kept connections to each server, one for each mail that is under way.

    A mail goes to the next server only where none was begun. After a connection that broke in the
    middle the mail waits for its next try: the server may have it.
    """

    def __init__(
        self,
        providers: Providers,
        make: Callable[[str], Connection] = SmtpConnection,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._providers = providers
        self._make = make
        self._pause = pause
        self._free: dict[str, list[Connection]] = {each.url: [] for each in providers.listed}
        self._busy: dict[Connection, _UnderWay] = {}
        self._known: dict[int, Result] = {}

    def send(self, mails: Sequence[Mail]) -> Iterator[Results]:
        """Hand them over side by side. Ends early where no server can be reached."""
        try:
            for number, mail in enumerate(mails):
                for provider in self._providers.in_turn():
                    if (seconds := self._providers.wait_seconds(provider)) > 0:
                        yield from self._finished()
                        self._pause(seconds)
                    if self._begins(number, mail, provider):
                        break
                else:
                    break
            yield from self._finished()
        finally:
            self._abandon()

    def _begins(self, number: int, mail: Mail, provider: Provider) -> bool:
        """Whether that server has heard of it; else the next is asked."""
        free = self._free[provider.url]
        connection = free.pop() if free else self._make(provider.url)
        now = time.monotonic()
        under_way = _UnderWay(number, provider, now, now)
        try:
            result = connection.begin(mail)
        except ValueError as error:
            result = Result("failed", str(error))
        if result is None:
            self._busy[connection] = under_way
            return True
        free.append(connection)
        if result.outcome == "away":
            self._providers.note(provider, result, time.monotonic() - under_way.since)
            log.warning("smtp_away", server=provider.name, detail=result.detail)
            return False
        self._note(under_way, result)
        return True

    def _finished(self) -> Iterator[Results]:
        """What becomes of those under way. The slow keep nobody from knowing of the others."""
        while self._busy or self._known:
            ready = wait_for(self._busy, SOON_SECONDS if self._known else PATIENCE_SECONDS)
            for each in ready:
                self._busy[each].heard_at = time.monotonic()
                if result := each.go_on():
                    self._end(each, result)
            if self._known and not (ready and self._busy):
                known, self._known = self._known, {}
                yield known
            self._give_up_late()

    def _give_up_late(self) -> None:
        late = time.monotonic() - TIMEOUT_SECONDS
        for each in [one for one, under_way in self._busy.items() if under_way.heard_at < late]:
            self._end(each, each.give_up())

    def _abandon(self) -> None:
        """Whoever asked does not want to know any more."""
        for connection, under_way in self._busy.items():
            connection.give_up()
            self._free[under_way.provider.url].append(connection)
        self._busy, self._known = {}, {}

    def _end(self, connection: Connection, result: Result) -> None:
        under_way = self._busy.pop(connection)
        self._free[under_way.provider.url].append(connection)
        self._note(under_way, result)

    def _note(self, under_way: _UnderWay, result: Result) -> None:
        provider = under_way.provider
        self._providers.note(provider, result, time.monotonic() - under_way.since)
        self._known[under_way.number] = Result(result.outcome, f"{provider.name}: {result.detail}")

    def close(self) -> None:
        """End all connections politely."""
        for free in self._free.values():
            for each in free:
                each.close()

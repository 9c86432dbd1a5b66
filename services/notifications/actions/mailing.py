"""The mailers' loop: claim what is due, build it, hand it over, keep the result."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from services.notifications.actions.claiming import (
    Claimed,
    claim,
    give_back,
    put_off,
    release_claims,
    renew,
)
from services.notifications.actions.delivering import keep_result, keep_sent
from services.notifications.actions.mime import Site, mail_of
from services.notifications.actions.pacing import Pace
from services.notifications.actions.waking import QUEUED
from services.notifications.gateways.mailer import Mailer, Result
from services.notifications.gateways.signing import Sign, unsigned
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.kill_points import kill_point
from shared.foundation.logs import get_logger
from shared.messaging.inbox import is_trouble
from shared.messaging.pulse import Backoff, Pulse

CLAIM: Final = 100
POLL_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.3
RENEW_SECONDS: Final = 15.0
LONGEST_PAUSE_SECONDS: Final = 15.0
DEMO_DOMAIN: Final = "demo.example"
log = get_logger()


def is_demo_address(address: str) -> bool:
    """Whether the address is of the demo's people, who exist on paper only."""
    domain = address.rpartition("@")[2].casefold()
    return domain == DEMO_DOMAIN or domain.endswith("." + DEMO_DOMAIN)


@dataclass
class MailLoop:
    """One mailer thread.

    for_demo: takes mails to demo addresses; None refuses to send them. is_alone: no other mailer
    runs on this database, so that claims found at the start are of a process that died.
    """

    database: Database
    mailer: Mailer
    for_demo: Mailer | None
    site: Site
    clock: Clock = utc_now
    is_alone: bool = False
    limit: int = CLAIM
    sign: Sign = unsigned
    pace: Pace = field(default_factory=Pace)
    pause: Callable[[float], bool] = QUEUED.wait
    _look_at: float = 0.0

    def run(self, pulse: Pulse) -> None:
        """Until the pulse stops: send what is due, else wait to be woken."""
        away_seconds = 0.0
        if self.is_alone:
            with self.database.writing() as session:
                release_claims(session, now=self.clock())
        while not pulse.is_stopping:
            pulse.tick()
            sent, is_away = self.send_due(pulse)
            pulse.report("degraded: SMTP is away" if is_away else "ok")
            if is_away:
                away_seconds = min(max(2 * away_seconds, 0.5), LONGEST_PAUSE_SECONDS)
                pulse.wait(away_seconds)
            elif sent < self.limit:
                away_seconds = 0.0
                self.pause(POLL_SECONDS)
        self.mailer.close()

    def send_due(self, pulse: Pulse) -> tuple[int, bool]:
        """Send one claim's worth: how many were tried, and whether the server is away."""
        with self.database.writing() as session:
            claims = claim(session, limit=self.limit, now=self.clock())
        if len(claims) == self.limit:
            QUEUED.ring()
        sent, renewed_at = 0, time.monotonic()
        while claims:
            pulse.tick()
            if pulse.is_stopping:
                self._give_back(claims)
                break
            if time.monotonic() - renewed_at > RENEW_SECONDS:
                renewed_at = time.monotonic()
                with self.database.writing() as session:
                    claims = renew(session, claims, now=self.clock())
                continue
            claims = [*self._urgent_before(claims[0]), *claims]
            if pause := self.pace.seconds_until(claims[0].address):
                self._put_off(claims.pop(0), pause)
                continue
            result = self._send(claims[0])
            if result.outcome == "away":
                log.warning("smtp_away", detail=result.detail)
                self._give_back(claims)
                return sent, True
            self._keep(claims.pop(0), result, pulse)
            sent += 1
        return sent, False

    def _urgent_before(self, claimed: Claimed) -> list[Claimed]:
        """Tickets go before announcements: asked again and again while these are sent."""
        if claimed.priority == 0 or time.monotonic() < self._look_at:
            return []
        self._look_at = time.monotonic() + LOOK_SECONDS
        with self.database.writing() as session:
            return claim(session, limit=self.limit, now=self.clock(), is_urgent=True)

    def _put_off(self, claimed: Claimed, seconds: float) -> None:
        """Its domain has had enough for now."""
        with self.database.writing() as session:
            put_off(session, claimed, due_at=self.clock() + timedelta(seconds=seconds))

    def _give_back(self, claims: list[Claimed]) -> None:
        with self.database.writing() as session:
            give_back(session, claims)

    def _keep(self, claimed: Claimed, result: Result, pulse: Pulse) -> None:
        """Write the result, however long the database is away: the mail can't be taken back."""
        backoff = Backoff(longest=LONGEST_PAUSE_SECONDS)
        while True:
            try:
                self._write(claimed, result)
            except SQLAlchemyError as error:
                if pulse.is_stopping or not is_trouble(error):
                    raise
                log.warning("database in trouble", error=type(error).__name__)
                pulse.report("degraded: database")
                pulse.wait(backoff.failed())
                pulse.tick()
            else:
                return

    def _write(self, claimed: Claimed, result: Result) -> None:
        if result.outcome == "sent":
            keep_sent(self.database, claimed, result, now=self.clock())
            return
        with self.database.writing() as session:
            keep_result(session, claimed, result, now=self.clock())

    def _send(self, claimed: Claimed) -> Result:
        mailer: Mailer | None = self.mailer
        if is_demo_address(claimed.address):
            mailer = self.for_demo
        if mailer is None:
            return Result("failed", "a demo address: nobody is there")
        try:
            source = self.sign(mail_of(claimed, site=self.site, now=self.clock()))
        except (ValueError, LookupError, TypeError) as error:
            log.error("mail_not_built", delivery=str(claimed.id), exc_info=error)
            return Result("failed", f"the mail could not be written: {error}")
        kill_point("mailer.before_send")
        result = mailer.send(self.sender_address, claimed.address, source)
        kill_point("mailer.after_send")
        return result

    @property
    def sender_address(self) -> str:
        """The envelope's sender."""
        return self.site.sender.rpartition("<")[2].rstrip(">")

"""The mailers' loop: claim what is due, build it, hand it over, keep the result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from services.notifications.actions.claiming import (
    Claimed,
    claim_mails,
    give_back,
    put_off,
    release_claims,
    renew,
)
from services.notifications.actions.delivering import keep_results
from services.notifications.actions.mime import Site, mail_of
from services.notifications.actions.pacing import Pace
from services.notifications.actions.waking import QUEUED
from services.notifications.gateways.mailer import Mail, Mailer, Result
from services.notifications.gateways.signing import Sign, unsigned
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.kill_points import kill_point
from shared.foundation.logs import get_logger
from shared.messaging.inbox import is_trouble
from shared.messaging.pulse import Backoff, Pulse

CLAIM: Final = 200
POLL_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.3
FEW: Final = 2
GATHER_SECONDS: Final = 0.005
"""While mails come by more than a few: a claim costs nearly the same, however many it brings."""
RENEW_SECONDS: Final = 15.0
LONGEST_PAUSE_SECONDS: Final = 15.0
DEMO_DOMAIN: Final = "demo.example"
NOBODY_THERE: Final = Result("failed", "a demo address: nobody is there")
log = get_logger()


def is_demo_address(address: str) -> bool:
    """Whether the address is of the demo's people, who exist on paper only."""
    domain = address.rpartition("@")[2].casefold()
    return domain == DEMO_DOMAIN or domain.endswith("." + DEMO_DOMAIN)


@dataclass
class MailLoop:
    """One mailer thread.

    for_demo: takes mails to demo addresses; None refuses to send them. is_alone: no other mailer
    runs on this database, so that claims found at the start are of a process that died. at_once:
    mails under way, which are sent twice if the process dies then.
    """

    database: Database
    mailer: Mailer
    for_demo: Mailer | None
    site: Site
    clock: Clock = utc_now
    is_alone: bool = False
    limit: int = CLAIM
    at_once: int = 1
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
                if sent > FEW:
                    pulse.wait(GATHER_SECONDS)
        self.mailer.close()

    def send_due(self, pulse: Pulse) -> tuple[int, bool]:
        """Send one claim's worth: how many were tried, and whether the server is away."""
        claims = claim_mails(self.database, limit=self.limit, now=self.clock())
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
            wave, claims = self._wave([*self._urgent_before(claims[0]), *claims])
            left = self._hand_over(wave, pulse)
            sent += len(wave) - len(left)
            if left:
                self._give_back([*left, *claims])
                return sent, True
        return sent, False

    def _wave(self, claims: Sequence[Claimed]) -> tuple[list[Claimed], list[Claimed]]:
        """The first that can go side by side, and the rest.

        Two to one address can't: they would arrive in any order. Those whose domain has had
        enough for now are put off.
        """
        wave: list[Claimed] = []
        addresses = set[str]()
        for place, each in enumerate(claims):
            address = each.address.casefold()
            if len(wave) == self.at_once or address in addresses:
                return wave, list(claims[place:])
            if pause := self.pace.seconds_until(address):
                self._put_off(each, pause)
            else:
                addresses.add(address)
                wave.append(each)
        return wave, []

    def _urgent_before(self, claimed: Claimed) -> list[Claimed]:
        """Tickets go before announcements: asked again and again while these are sent."""
        if claimed.priority == 0 or time.monotonic() < self._look_at:
            return []
        self._look_at = time.monotonic() + LOOK_SECONDS
        now = self.clock()
        return claim_mails(self.database, limit=self.limit, now=now, is_urgent=True)

    def _put_off(self, claimed: Claimed, seconds: float) -> None:
        """Its domain has had enough for now."""
        with self.database.writing() as session:
            put_off(session, claimed, due_at=self.clock() + timedelta(seconds=seconds))

    def _give_back(self, claims: list[Claimed]) -> None:
        with self.database.writing() as session:
            give_back(session, claims)

    def _hand_over(self, wave: Sequence[Claimed], pulse: Pulse) -> list[Claimed]:
        """Send them side by side and keep the results as they come; those that nobody took."""
        left: list[Claimed] = []
        for mailer, group in self._by_mailer(wave, pulse):
            waiting = dict(enumerate(claimed for claimed, _ in group))
            kill_point("mailer.before_send")
            for results in mailer.send([mail for _, mail in group]):
                kill_point("mailer.after_send")
                self._keep([(waiting.pop(place), each) for place, each in results.items()], pulse)
            left += waiting.values()
        return left

    def _by_mailer(
        self, wave: Sequence[Claimed], pulse: Pulse
    ) -> list[tuple[Mailer, list[tuple[Claimed, Mail]]]]:
        """What each mailer gets of them, written; what can't be sent is kept as failed."""
        real: list[tuple[Claimed, Mail]] = []
        demo: list[tuple[Claimed, Mail]] = []
        failed: list[tuple[Claimed, Result]] = []
        for each in wave:
            is_demo = is_demo_address(each.address)
            if is_demo and self.for_demo is None:
                failed.append((each, NOBODY_THERE))
                continue
            try:
                source = self.sign(mail_of(each, site=self.site, now=self.clock()))
            except (ValueError, LookupError, TypeError) as error:
                log.error("mail_not_built", delivery=str(each.id), exc_info=error)
                failed.append((each, Result("failed", f"the mail could not be written: {error}")))
                continue
            (demo if is_demo else real).append(
                (each, Mail(self.site.address, each.address, source))
            )
        if failed:
            self._keep(failed, pulse)
        groups = [(self.mailer, real), (self.for_demo, demo)]
        return [(mailer, group) for mailer, group in groups if mailer is not None and group]

    def _keep(self, results: Sequence[tuple[Claimed, Result]], pulse: Pulse) -> None:
        """Write them, however long the database is away: the mails can't be taken back."""
        backoff = Backoff(longest=LONGEST_PAUSE_SECONDS)
        while True:
            try:
                keep_results(self.database, results, now=self.clock())
            except SQLAlchemyError as error:
                if pulse.is_stopping or not is_trouble(error):
                    raise
                log.warning("database in trouble", error=type(error).__name__)
                pulse.report("degraded: database")
                pulse.wait(backoff.failed())
                pulse.tick()
            else:
                return

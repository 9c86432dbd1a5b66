"""The carriers' loop: notices to chats, phones and browsers, as mailers do with mails."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.actions.claiming import (
    Claimed,
    claim,
    give_back,
    has_due,
    release_claims,
    renew,
)
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.reaching import end, open_of
from services.notifications.actions.shortening import ADDRESS_CODE, Short, short_of
from services.notifications.actions.subscribing import find_key_pair
from services.notifications.gateways.chat import Chat
from services.notifications.gateways.mailer import Result
from services.notifications.gateways.web_push import Push
from services.notifications.model import Address
from services.notifications.model.address import ACTIVE, UNCONFIRMED
from services.notifications.model.choices import ELSEWHERE
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.failures import Unavailable
from shared.foundation.kill_points import kill_point
from shared.foundation.logs import get_logger
from shared.messaging.pulse import Pulse

POLL_SECONDS: Final = 1.0
AT_ONCE: Final = 4
RENEW_SECONDS: Final = 5.0
LONGEST_POST_SECONDS: Final = 8.0
"""A notice goes to ten browsers at most, within the lease of 90 seconds."""
CARRIER: Final = "carrier"
NOWHERE: Final = "There is no address for it any more."
GONE: Final = "Its service says that it is gone."
log = get_logger()


@dataclass(frozen=True)
class _Target:
    """One address that a notice goes to."""

    address_id: UUID
    text: str
    code: str = ""


@dataclass
class CarrierLoop:
    """One thread. is_alone: no other runs on this database, so that claims found are of a dead
    one."""

    database: Database
    chat: Chat
    push: Push
    public_url: str
    secret_key: str
    clock: Clock = utc_now
    is_alone: bool = False

    def run(self, pulse: Pulse) -> None:
        """Until the pulse stops."""
        if self.is_alone:
            with self.database.writing() as session:
                release_claims(session, now=self.clock(), channels=ELSEWHERE)
        while not pulse.is_stopping:
            pulse.tick()
            carried = self.carry_due(pulse)
            pulse.report("ok")
            if not carried:
                pulse.wait(POLL_SECONDS)

    def carry_due(self, pulse: Pulse) -> int:
        """Carry a few of what is due; how many."""
        with self.database.reading() as session:
            if not has_due(session, ELSEWHERE, now=self.clock()):
                return 0
        with self.database.writing() as session:
            claims = claim(session, limit=AT_ONCE, now=self.clock(), channels=ELSEWHERE)
        carried, renewed_at = 0, time.monotonic()
        while claims:
            pulse.tick()
            if pulse.is_stopping:
                with self.database.writing() as session:
                    give_back(session, claims)
                break
            if time.monotonic() - renewed_at > RENEW_SECONDS:
                renewed_at = time.monotonic()
                with self.database.writing() as session:
                    claims = renew(session, claims, now=self.clock())
                continue
            self._carry(claims.pop(0))
            carried += 1
        return carried

    def _carry(self, claimed: Claimed) -> None:
        with self.database.reading() as session:
            targets = self._targets(session, claimed)
        kill_point("carrier.before_send")
        results = [(each, self._handed(claimed, each)) for each in targets]
        kill_point("carrier.after_send")
        with self.database.writing() as session:
            for target, result in results:
                self._end_if_gone(session, target, result)
            result = best_of([result for _, result in results])
            keep_result(session, claimed, result, now=self.clock())

    def _targets(self, session: Session, claimed: Claimed) -> list[_Target]:
        """A code goes to the address that it confirms; all else to those that are confirmed."""
        query = select(Address)
        if claimed.kind == ADDRESS_CODE:
            query = query.where(Address.id == claimed.about_id, Address.state == UNCONFIRMED)
            found = session.scalars(query).all()
            found = [each for each in found if each.version == claimed.facts.get("version")]
        else:
            query = query.where(
                Address.person_id == claimed.person_id,
                Address.channel == claimed.channel,
                Address.state == ACTIVE,
            )
            found = list(session.scalars(query.order_by(Address.id)))
        return [self._opened(each) for each in found]

    def _opened(self, address: Address) -> _Target:
        try:
            text = open_of(address.id, address.sealed, self.secret_key)
            sealed = address.sealed_code
            code = open_of(address.id, sealed, self.secret_key) if sealed else ""
        except Unavailable:
            log.error("address_unreadable", address=str(address.id))
            return _Target(address.id, "")
        return _Target(address.id, text, code)

    def _handed(self, claimed: Claimed, target: _Target) -> Result:
        if not target.text:
            return Result("failed", "The address can't be read any more.")
        try:
            short = short_of(claimed, self.public_url, code=target.code)
        except (ValueError, LookupError, TypeError) as error:
            log.error("notice_not_written", delivery=str(claimed.id), exc_info=error)
            return Result("failed", "The notice could not be written.")
        if claimed.channel == "push":
            return self._pushed(target.text, short, tag=str(claimed.id))
        if claimed.channel == "sms":
            return self.chat.send_sms(target.text, short.sms)
        body = short.chat
        return self.chat.send_chat(target.text, short.title if body else "", body or short.title)

    def _pushed(self, text: str, short: Short, *, tag: str) -> Result:
        try:
            with self.database.reading() as session:
                keys = find_key_pair(session, secret_key=self.secret_key)
        except Unavailable:
            keys = None
        if keys is None:
            return Result("failed", "The key of push can't be read any more.")
        return self.push.send(text, short.push | {"tag": tag}, keys, tag=tag)

    def _end_if_gone(self, session: Session, target: _Target, result: Result) -> None:
        if result.outcome != "bounced":
            return
        found = session.get(Address, target.address_id, with_for_update=True)
        if found is not None and found.state == ACTIVE:
            end(session, found, reason=GONE, actor=CARRIER, now=self.clock())


def best_of(results: Sequence[Result]) -> Result:
    """What became of a notice with several addresses: one that has it is enough.

    Where none has it and one may yet, it is tried again.
    """
    for outcome in ("sent", "deferred", "bounced", "failed"):
        for result in results:
            if result.outcome == outcome:
                return result
    return Result("suppressed", NOWHERE)

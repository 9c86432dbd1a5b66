"""Limits on guessing and on mails, counted in the database.

They count by account and client address together, so that nobody can lock others out: what a
stranger tries from elsewhere never stops the right password from its own place. Within one place,
a browser that has signed in to the account before counts for itself.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from services.members.actions.hashing import hash_address
from services.members.model import Attempt
from shared.foundation.failures import TooMany
from shared.foundation.sentences import said

IPV6_SITE_BITS: Final = 64
KEPT_FOR: Final = timedelta(days=30)


@dataclass(frozen=True)
class Limit:
    """How many within a window. pair: by one client address for one account.

    account: tries for one account from everywhere, above which `wary` holds instead of pair.
    place: by one client address for all accounts; an office shares one.
    """

    window: timedelta
    pair: int
    wary: int
    account: int
    place: int


LIMITS: Final = {
    "sign_in": Limit(timedelta(minutes=15), pair=10, wary=3, account=100, place=300),
    "sign_in_link": Limit(timedelta(hours=1), pair=5, wary=1, account=20, place=200),
    "password_reset": Limit(timedelta(hours=1), pair=5, wary=1, account=20, place=200),
    # Whoever types codes knows the password already: no stranger can use these tries up, so from
    # new places there is an end to them. A known browser goes on.
    "second_factor": Limit(timedelta(hours=1), pair=5, wary=0, account=30, place=300),
    "invitation": Limit(timedelta(hours=1), pair=5, wary=1, account=10, place=2000),
    "sign_up": Limit(timedelta(hours=1), pair=5, wary=1, account=20, place=300),
}


@dataclass(frozen=True)
class Try:
    """One try of a kind, for a mail address, from a client's network address.

    device: the browser, if the account has signed in from it before.
    """

    kind: str
    email: str
    client: str
    device: str = ""

    @property
    def place(self) -> str:
        """The known browser; else the client's address, of IPv6 its site, since one client has a
        whole one."""
        if self.device:
            return f"device {self.device}"
        try:
            found = ipaddress.ip_address(self.client)
        except ValueError:
            return "unknown"
        if found.version == 4:
            return str(found)
        return str(ipaddress.ip_network((found, IPV6_SITE_BITS), strict=False))


def require_room(session: Session, attempt: Try, *, now: datetime) -> None:
    """Raise TooMany when there were too many tries; the same for known and unknown addresses.

    A right password forgives its place what was tried there for the account, and shows it known.
    """
    limit = LIMITS[attempt.kind]
    tried = _since(attempt.kind, now - limit.window).where(Attempt.has_succeeded.is_(False))
    by_account = Attempt.account_hash == hash_address(attempt.email)
    by_place = Attempt.place == attempt.place
    is_attacked = _count(session, tried, by_account) >= limit.account
    allowed = limit.wary if is_attacked and not attempt.device else limit.pair
    succeeded = select(func.max(Attempt.at)).where(
        Attempt.kind == attempt.kind, by_account, by_place, Attempt.has_succeeded.is_(True)
    )
    last = session.scalar(succeeded)
    fresh = tried.where(Attempt.at > last) if last else tried
    if _count(session, fresh, by_account, by_place) >= allowed:
        raise _refusal(limit)
    if last is None and _count(session, tried, by_place) >= limit.place:
        raise _refusal(limit)


def _since(kind: str, at: datetime) -> Select[int]:
    return select(func.count()).where(Attempt.kind == kind, Attempt.at > at)


def _count(session: Session, tried: Select[int], *which: ColumnElement[bool]) -> int:
    return session.scalar(tried.where(*which)) or 0


def _refusal(limit: Limit) -> TooMany:
    seconds = int(limit.window.total_seconds())
    minutes = seconds // 60
    return TooMany(
        said("There were too many tries. Wait %(minutes)s minutes and try again.", minutes=minutes),
        retry_after_seconds=seconds,
    )


def keep_attempt(session: Session, attempt: Try, *, has_succeeded: bool, now: datetime) -> None:
    """Count the try, in a transaction of its own: a refused request rolls back."""
    session.add(
        Attempt(
            kind=attempt.kind,
            account_hash=hash_address(attempt.email),
            place=attempt.place,
            at=now,
            has_succeeded=has_succeeded,
        )
    )

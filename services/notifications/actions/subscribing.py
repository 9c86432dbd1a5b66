"""Browsers that show notices: subscribed, renewed; and the key that they are subscribed with."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.notifications.actions.hooking import require_good_url
from services.notifications.actions.naming_addresses import Ways
from services.notifications.actions.reaching import SERVICE, end, hash_of, note, seal_for
from services.notifications.gateways.web_push import KeyPair, new_key_pair, require_good_keys
from services.notifications.model import Address, PushKey
from services.notifications.model.address import ACTIVE
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from shared.foundation.sealing import seal, unseal
from shared.foundation.sentences import said

MOST_BROWSERS: Final = 10
MOVED: Final = "Somebody else uses this browser now."
ABOUT_KEY: Final = "push key"
THE_ONE: Final = 1


@dataclass(frozen=True)
class Browser:
    """A subscription as a browser gives it (Push API). label: which browser, for its owner."""

    endpoint: str
    p256dh: str
    auth: str
    label: str = ""

    @property
    def text(self) -> str:
        """For sealing."""
        plain = {"endpoint": self.endpoint, "p256dh": self.p256dh, "auth": self.auth}
        return json.dumps(plain, sort_keys=True)


def subscribe(
    session: Session, person_id: UUID, browser: Browser, *, ways: Ways, now: datetime
) -> Address:
    """Show notices there from now on. The same again keeps one, with its newest keys.

    A browser is the one's who subscribed it last. Raises Invalid, Conflict for more than ten.
    """
    try:
        require_good_url(browser.endpoint, to_loopback=ways.to_loopback)
    except Invalid as refused:
        raise Invalid.at("/endpoint", refused.faults[0].detail, code="bad_url") from refused
    try:
        require_good_keys(browser.p256dh, browser.auth)
    except ValueError as error:
        raise Invalid.at("/keys", "These are not a browser's keys.") from error
    hashed = hash_of(browser.endpoint, ways.secret_key)
    query = select(Address).where(Address.address_hash == hashed, Address.state == ACTIVE)
    found = session.scalars(query.with_for_update()).first()
    if found is not None and found.person_id == person_id:
        found.sealed = seal_for(found.id, browser.text, ways.secret_key)
        found.version += 1
        return found
    if found is not None:
        end(session, found, reason=MOVED, actor=str(person_id), now=now)
    _require_room(session, person_id)
    address_id = new_id()
    made = Address(
        id=address_id,
        version=1,
        person_id=person_id,
        channel="push",
        kind="push",
        label=browser.label,
        address_hash=hashed,
        sealed=seal_for(address_id, browser.text, ways.secret_key),
        state=ACTIVE,
        created_at=now,
        confirmed_at=now,
    )
    session.add(made)
    note(session, made, before=None, actor=str(person_id), now=now)
    session.flush()
    return made


def _require_room(session: Session, person_id: UUID) -> None:
    query = select(func.count()).where(
        Address.person_id == person_id, Address.channel == "push", Address.state == ACTIVE
    )
    if (session.scalar(query) or 0) >= MOST_BROWSERS:
        raise Conflict(
            said(
                "Notices are shown in %(most)s browsers at most; remove one first.",
                most=MOST_BROWSERS,
            )
        )


def ensure_push_key(session: Session, *, secret_key: str, now: datetime) -> PushKey:
    """The installation's key, made when it is first asked for. Two at once make one."""
    found = session.get(PushKey, THE_ONE)
    if found is not None:
        return found
    public, private = new_key_pair()
    sealed = seal(private, about=ABOUT_KEY, secret_key=secret_key, service=SERVICE)
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"id": THE_ONE, "public": public, "sealed_private": sealed, "made_at": now}
    session.execute(dialect.insert(PushKey).values(**row).on_conflict_do_nothing())
    return session.get_one(PushKey, THE_ONE)


def find_key_pair(session: Session, *, secret_key: str) -> KeyPair | None:
    """For signing. None: nobody has subscribed yet. Raises Unavailable under another secret."""
    found = session.get(PushKey, THE_ONE)
    if found is None:
        return None
    private = unseal(found.sealed_private, about=ABOUT_KEY, secret_key=secret_key, service=SERVICE)
    return KeyPair(found.public, private)

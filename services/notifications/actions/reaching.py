"""Giving an address for chat, SMS or push: confirmed by a code, taken back, ended."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from services.notifications.actions.addressing import delivery_row, reach_key
from services.notifications.actions.failures import WrongCode, WrongState
from services.notifications.actions.naming_addresses import Wanted, Ways
from services.notifications.actions.recording import record
from services.notifications.actions.shortening import ADDRESS_CODE
from services.notifications.model import Address, Delivery, Notification, Recipient, SentCode
from services.notifications.model.address import ACTIVE, ENDED, UNCONFIRMED
from shared.foundation.failures import TooMany
from shared.foundation.ids import new_id
from shared.foundation.sealing import seal, unseal
from shared.foundation.sentences import said

SERVICE: Final = "notifications"
CODE_GOOD_FOR: Final = timedelta(minutes=15)
TRIES: Final = 5
DIGITS: Final = 6
WINDOW: Final = timedelta(hours=1)
MOST_CODES: Final = 5
"""In an hour, for one person, and to one address by whomever: nobody floods a stranger's phone."""
REPLACED: Final = "Another one took its place."
REMOVED: Final = "They removed it."
NOTIFICATIONS: Final = cast(Table, Notification.__table__)
DELIVERIES: Final = cast(Table, Delivery.__table__)


def about(address_id: UUID) -> str:
    """What a sealed address is for."""
    return f"address {address_id}"


def seal_for(address_id: UUID, text: str, secret_key: str) -> str:
    """Sealed for this one address."""
    return seal(text, about=about(address_id), secret_key=secret_key, service=SERVICE)


def open_of(address_id: UUID, sealed: str, secret_key: str) -> str:
    """What was sealed."""
    return unseal(sealed, about=about(address_id), secret_key=secret_key, service=SERVICE)


def hash_of(text: str, secret_key: str) -> str:
    """The same for the same address; nobody without the key can try numbers."""
    return hmac.new(secret_key.encode(), b"address/" + text.encode(), hashlib.sha256).hexdigest()


def add(session: Session, person_id: UUID, wanted: Wanted, *, ways: Ways, now: datetime) -> Address:
    """Keep an address, and send it the code that confirms it.

    Given again while it waits, it is the same one with a new code. Raises TooMany.
    """
    hashed = hash_of(wanted.text, ways.secret_key)
    query = select(Address).where(
        Address.person_id == person_id,
        Address.address_hash == hashed,
        Address.state.in_((UNCONFIRMED, ACTIVE)),
    )
    found = session.scalars(query.with_for_update()).first()
    if found is not None and found.state == ACTIVE:
        return found
    if found is None:
        address_id = new_id()
        found = Address(
            id=address_id,
            version=0,
            person_id=person_id,
            channel=wanted.channel,
            kind=wanted.kind,
            label=wanted.label,
            address_hash=hashed,
            sealed=seal_for(address_id, wanted.text, ways.secret_key),
            state=UNCONFIRMED,
            created_at=now,
        )
        _end_others(session, found, (UNCONFIRMED,), now=now)
        session.add(found)
        note(session, found, before=None, actor=str(person_id), now=now)
    _send_code(session, found, ways=ways, now=now)
    return found


def send_again(session: Session, address: Address, *, ways: Ways, now: datetime) -> None:
    """Another code; the one before is good no more. Raises TooMany, WrongState."""
    _require_waiting(address)
    _send_code(session, address, ways=ways, now=now)


def _require_waiting(address: Address) -> None:
    if address.state != UNCONFIRMED:
        raise WrongState(
            said("It is %(state)s; there is nothing to confirm.", state=(address.state,))
        )


def _send_code(session: Session, address: Address, *, ways: Ways, now: datetime) -> None:
    since = now - WINDOW
    for mine in (
        SentCode.person_id == address.person_id,
        SentCode.address_hash == address.address_hash,
    ):
        sent = session.scalars(select(SentCode.at).where(mine, SentCode.at > since)).all()
        if len(sent) >= MOST_CODES:
            seconds = int((min(sent) + WINDOW - now).total_seconds()) + 1
            raise TooMany(
                "Too many codes were sent. Wait an hour and try again.", retry_after_seconds=seconds
            )
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    address.sealed_code = seal_for(address.id, code, ways.secret_key)
    address.code_until, address.tries_left = now + CODE_GOOD_FOR, TRIES
    address.version += 1
    session.add(SentCode(person_id=address.person_id, address_hash=address.address_hash, at=now))
    session.flush()
    _queue_code(session, address, now=now)


def _queue_code(session: Session, address: Address, *, now: datetime) -> None:
    known = session.get(Recipient, address.person_id)
    notification_id = new_id()
    told = {
        "id": notification_id,
        "idempotency_key": f"{ADDRESS_CODE}:{address.id}:{address.version}",
        "kind": ADDRESS_CODE,
        "category": "account",
        "about_id": address.id,
        "workshop_id": None,
        "host_id": None,
        "person_id": address.person_id,
        "name": known.name_in(known.locale) if known is not None else "",
        "locale": known.locale if known is not None else "en",
        "facts": {"version": address.version},
        "created_at": now,
    }
    row = delivery_row(notification_id, address.channel, address.label, now=now)
    key = {"address_key": reach_key(address.channel, address.person_id)}
    session.execute(insert(NOTIFICATIONS), [told])
    session.execute(insert(DELIVERIES), [row | key])


def confirm(
    session: Session, address: Address, code: str, *, ways: Ways, now: datetime
) -> WrongCode | None:
    """It is theirs from now on, in the place of the one before.

    Answers what is wrong rather than raising it: the try counts, and is to be committed.
    """
    _require_waiting(address)
    is_late = address.code_until is None or address.code_until <= now
    if is_late or not address.sealed_code or address.tries_left <= 0:
        return WrongCode("This code is no longer good. Ask for another one.")
    address.tries_left -= 1
    known = open_of(address.id, address.sealed_code, ways.secret_key)
    given = "".join(code.split())
    if not hmac.compare_digest(known.encode(), given.encode()):
        return WrongCode("This is not the code that was sent.")
    _end_others(session, address, (ACTIVE,), now=now)
    session.flush()
    before, address.state = address.state, ACTIVE
    address.sealed_code = address.code_until = None
    address.confirmed_at = now
    address.version += 1
    note(session, address, before=before, actor=str(address.person_id), now=now)
    session.flush()
    return None


def _end_others(
    session: Session, address: Address, states: tuple[str, ...], *, now: datetime
) -> None:
    others = select(Address).where(
        Address.person_id == address.person_id,
        Address.channel == address.channel,
        Address.id != address.id,
        Address.state.in_(states),
    )
    for other in session.scalars(others).all():
        end(session, other, reason=REPLACED, actor=str(address.person_id), now=now)


def end(session: Session, address: Address, *, reason: str, actor: str, now: datetime) -> None:
    """Nothing is sent there any more, and its secrets are gone. A second time changes nothing."""
    if address.state == ENDED:
        return
    before, address.state = address.state, ENDED
    address.reason, address.ended_at = reason, now
    address.sealed, address.sealed_code, address.code_until = "", None, None
    address.version += 1
    note(session, address, before=before, actor=actor, now=now, reason=reason)
    session.flush()


def note(
    session: Session,
    address: Address,
    *,
    before: str | None,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Keep the step."""
    kept = Address.__tablename__
    record(
        session,
        kept,
        address.id,
        before=before,
        after=address.state,
        actor=actor,
        now=now,
        reason=reason,
    )


def forget_codes(session: Session, *, before: datetime) -> None:
    """What was counted long ago counts no more; an address that nobody confirmed is gone."""
    session.execute(delete(SentCode).where(SentCode.at < before))
    session.execute(
        delete(Address).where(Address.state == UNCONFIRMED, Address.code_until < before)
    )

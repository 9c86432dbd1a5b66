"""Challenges for passkeys: made without a row, answered once, within ten minutes.

A challenge vouches for itself: a nonce, its end, and a MAC over both and what it is for.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.model import UsedChallenge

GOOD_FOR: Final = timedelta(minutes=10)
NONCE_BYTES: Final = 16
END_BYTES: Final = 8
MAC_BYTES: Final = 16


def _mac(head: bytes, purpose: str, secret_key: str) -> bytes:
    text = b"plenary members challenge\n" + purpose.encode() + b"\n" + head
    return hmac.digest(secret_key.encode(), text, "sha256")[:MAC_BYTES]


def make_challenge(purpose: str, *, secret_key: str, now: datetime) -> bytes:
    """A challenge for the purpose alone: what is to be done, and by whom."""
    ends_at = int((now + GOOD_FOR).timestamp())
    head = secrets.token_bytes(NONCE_BYTES) + ends_at.to_bytes(END_BYTES)
    return head + _mac(head, purpose, secret_key)


def use_challenge(
    session: Session, challenge: bytes, purpose: str, *, secret_key: str, now: datetime
) -> bool:
    """Whether it is ours, for this purpose, in time, and answered for the first time."""
    head, mac = challenge[:-MAC_BYTES], challenge[-MAC_BYTES:]
    if len(head) != NONCE_BYTES + END_BYTES:
        return False
    if not hmac.compare_digest(mac, _mac(head, purpose, secret_key)):
        return False
    ends_at = datetime.fromtimestamp(int.from_bytes(head[NONCE_BYTES:]), UTC)
    if ends_at <= now:
        return False
    used = UsedChallenge(challenge_hash=hashlib.sha256(challenge).hexdigest(), expires_at=ends_at)
    try:
        with session.begin_nested():
            session.add(used)
            session.flush()
    except IntegrityError:
        return False
    return True


def forget_challenges(session: Session, *, now: datetime) -> None:
    """Delete those that have expired: they can't be answered any more anyway."""
    session.execute(delete(UsedChallenge).where(UsedChallenge.expires_at < now))

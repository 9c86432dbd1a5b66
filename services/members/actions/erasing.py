"""Erasures: what each service said of them, and receipts that are chained by their hashes."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.auditing.chaining import canonical
from services.members.actions.recording import ERASURES, lock, take_turn
from services.members.model import Erasure, ErasurePart
from services.members.queries.erasures import parts_of
from shared.contracts.message import SERVICES
from shared.foundation.clock import rfc3339
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten, forget_in_messages

LONGEST: Final = timedelta(days=1)
"""By then every service must have said that it is done; later it is overdue."""


def receipt_secret(secret_key: str, erasure_id: UUID) -> str:
    """What the link to a receipt ends in: the person has no account any more to show it to."""
    text = f"erasure\n{erasure_id}".encode()
    return hmac.new(secret_key.encode(), text, hashlib.sha256).hexdigest()[:40]


def receipt_path(secret_key: str, erasure_id: UUID) -> str:
    """Where the person sees what became of it."""
    return f"/members/erasures/{erasure_id}/{receipt_secret(secret_key, erasure_id)}"


def begin(
    session: Session, person_id: UUID, counts: Mapping[str, int], *, actor: str, now: datetime
) -> Erasure:
    """Keep that the person is being erased, and what members itself has erased by now."""
    made = Erasure(
        id=new_id(),
        person_id=person_id,
        asked_at=now,
        asked_by="self" if actor == str(person_id) else actor,
        due_at=now + LONGEST,
        finished_at=None,
        number=None,
        hash_before=None,
        hash=None,
    )
    session.add(made)
    session.flush()
    _keep_part(session, made, "members", counts, at=now, is_final=False)
    return made


def confirm(
    session: Session,
    person_id: UUID,
    service: str,
    counts: Mapping[str, int],
    *,
    at: datetime,
    is_final: bool,
    now: datetime,
) -> None:
    """Keep what the service has erased; finish when all have said that it was all. Twice is once.

    counts: kind → how many, from the first on.
    """
    erasure = session.scalars(select(Erasure).where(Erasure.person_id == person_id)).one_or_none()
    if erasure is None:
        return
    lock(session, erasure)
    _keep_part(session, erasure, service, counts, at=at, is_final=is_final)
    parts = parts_of(session, erasure)
    if erasure.finished_at is None and {p.service for p in parts if p.is_final} == set(SERVICES):
        _finish(session, erasure, parts, now=now)


def _keep_part(
    session: Session,
    erasure: Erasure,
    service: str,
    counts: Mapping[str, int],
    *,
    at: datetime,
    is_final: bool,
) -> None:
    found = session.get(ErasurePart, (erasure.id, service))
    if found is None:
        found = ErasurePart(erasure_id=erasure.id, service=service, is_final=False)
        session.add(found)
    elif found.is_final:
        return
    found.counts, found.forgotten_at, found.is_final = dict(counts), at, is_final
    erasure.version += 1
    session.flush()


def _finish(session: Session, erasure: Erasure, parts: list[ErasurePart], *, now: datetime) -> None:
    # Nobody has still to hear the address: the message that made all forget forgets it too.
    whom = Forgotten(erasure.person_id, None, (), owns_address=True)
    forget_in_messages(session, whom)
    take_turn(session, ERASURES)
    last = session.scalars(
        select(Erasure).where(Erasure.number.is_not(None)).order_by(Erasure.number.desc()).limit(1)
    ).one_or_none()
    erasure.number = (last.number or 0) + 1 if last else 1
    erasure.hash_before = last.hash or "" if last else ""
    erasure.finished_at = now
    erasure.hash = hash_of(erasure, parts)
    erasure.version += 1


def hash_of(erasure: Erasure, parts: list[ErasurePart]) -> str:
    """SHA-256 of the receipt before and of all that this one says."""
    said: list[Any] = [erasure.hash_before, erasure.number, str(erasure.person_id)]
    said += [rfc3339(erasure.asked_at), erasure.asked_by]
    for part in parts:
        said.append([part.service, part.counts, rfc3339(part.forgotten_at)])
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def is_intact(session: Session, erasure: Erasure) -> bool:
    """Whether a finished receipt says what it said, and follows the one before it."""
    if erasure.number is None:
        return False
    before = session.scalars(
        select(Erasure.hash).where(Erasure.number == erasure.number - 1)
    ).one_or_none()
    follows = (before or "") == erasure.hash_before
    return follows and hash_of(erasure, parts_of(session, erasure)) == erasure.hash

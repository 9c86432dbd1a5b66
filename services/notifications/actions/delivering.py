"""Handing deliveries over: claim with a lease, send outside any transaction, keep the result."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from services.notifications.actions.composing import read_facts
from services.notifications.actions.suppressing import suppress
from services.notifications.actions.waking import wake_after_commit
from services.notifications.gateways.mailer import Result
from services.notifications.model import Attempt, Delivery, Notification
from shared.contracts.notifications import DeliveryFailed
from shared.foundation.kill_points import kill_point
from shared.messaging.outbox import tell

LEASE: Final = timedelta(seconds=90)
"""Longer than one dialogue with a mail server can take (gateways/smtp.py)."""
BACKOFF: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (20, 60, 300, 900, 3600, 3 * 3600, 8 * 3600, 24 * 3600)
)
JITTER: Final = 0.2


@dataclass(frozen=True)
class Claimed:
    """One delivery that this process may hand over until its lease ends. tries: with this one."""

    id: UUID
    kind: str
    category: str
    about_id: UUID
    workshop_id: UUID | None
    address: str
    name: str
    locale: str
    message_id: str
    tries: int
    facts: dict[str, Any]


def claim(session: Session, *, limit: int, now: datetime) -> list[Claimed]:
    """Up to `limit` mails that are due, most urgent first, marked as ours for a lease.

    One for an address at a time, in order: nobody reads that it is cancelled, and then that it
    is postponed. A claim whose lease has ended is claimed again: what became of it is unknown,
    and it is sent again with the same Message-ID.
    """
    due = (
        select(Delivery.id)
        .where(
            or_(
                and_(Delivery.state == "queued", Delivery.due_at <= now),
                and_(Delivery.state == "claimed", Delivery.lease_until <= now),
            ),
            Delivery.channel == "mail",
            _is_first_for_its_address(now),
        )
        .order_by(Delivery.priority, Delivery.due_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(due.scalar_subquery()))
        .values(state="claimed", lease_until=now + LEASE, tries=Delivery.tries + 1)
        .returning(
            Delivery.id,
            Delivery.notification_id,
            Delivery.address,
            Delivery.message_id,
            Delivery.tries,
        )
        .execution_options(synchronize_session=False)
    ).all()
    told = _notifications(session, {row.notification_id for row in taken})
    return [_claimed(row, told[row.notification_id]) for row in taken]


def _is_first_for_its_address(now: datetime) -> ColumnElement[bool]:
    """Whether no earlier mail to the address is due or on its way; a put off one is not."""
    earlier = aliased(Delivery)
    is_due = and_(earlier.state == "queued", earlier.due_at <= now)
    return ~exists().where(
        earlier.address_key == Delivery.address_key,
        earlier.channel == "mail",
        earlier.id < Delivery.id,
        earlier.priority <= Delivery.priority,
        or_(earlier.state == "claimed", is_due),
    )


def _notifications(session: Session, ids: set[UUID]) -> dict[UUID, Notification]:
    if not ids:
        return {}
    query = select(Notification).where(Notification.id.in_(ids))
    return {found.id: found for found in session.scalars(query)}


def _claimed(row: Any, notification: Notification) -> Claimed:
    return Claimed(
        id=row.id,
        kind=notification.kind,
        category=notification.category,
        about_id=notification.about_id,
        workshop_id=notification.workshop_id,
        address=row.address,
        name=notification.name,
        locale=notification.locale,
        message_id=row.message_id,
        tries=row.tries,
        facts=read_facts(notification.facts),
    )


def next_due(tries: int, *, now: datetime) -> datetime | None:
    """When to try again after that many tries; None when it is enough."""
    if tries > len(BACKOFF):
        return None
    pause = BACKOFF[tries - 1]
    return now + pause * (1 + random.uniform(-JITTER, JITTER))


def keep_result(session: Session, claimed: Claimed, result: Result, *, now: datetime) -> None:
    """Write what became of a claimed delivery, and the attempt.

    A bounce suppresses the address. Tells DeliveryFailed, AddressSuppressed.
    """
    if result.outcome == "away":
        give_back(session, [claimed], now=now)
        return
    values: dict[str, Any] = {
        "state": result.outcome,
        "reason": result.detail,
        "lease_until": None,
    }
    if result.outcome == "sent":
        values |= {"sent_at": now, "reason": ""}
    elif result.outcome == "deferred":
        due_at = next_due(claimed.tries, now=now)
        values |= {"state": "queued", "due_at": due_at} if due_at else {"state": "failed"}
    session.execute(update(Delivery).where(Delivery.id == claimed.id).values(**values))
    attempt = {"at": now, "outcome": result.outcome, "detail": result.detail[:1000]}
    session.execute(insert(Attempt).values(delivery_id=claimed.id, **attempt))
    if values["state"] in ("failed", "bounced"):
        _tell_failure(session, claimed, result, now=now)
    kill_point("mailer.before_commit")


def _tell_failure(session: Session, claimed: Claimed, result: Result, *, now: datetime) -> None:
    failed = DeliveryFailed(
        delivery_id=claimed.id,
        about_id=claimed.about_id,
        category=claimed.category,
        reason=result.detail[:500],
    )
    tell(session, failed, now=now)
    if result.outcome == "bounced":
        suppress(session, claimed.address, reason=result.detail[:500], now=now)


def give_back(session: Session, claimed: list[Claimed], *, now: datetime) -> None:
    """Nobody could be reached: the claims end as if they had not been made."""
    for each in claimed:
        session.execute(
            update(Delivery)
            .where(Delivery.id == each.id, Delivery.state == "claimed")
            .values(state="queued", lease_until=None, due_at=now, tries=Delivery.tries - 1)
        )


def renew(session: Session, claimed: list[Claimed], *, now: datetime) -> None:
    """Keep claims whose turn has not come yet."""
    ids = [each.id for each in claimed]
    session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(lease_until=now + LEASE))


def release_claims(session: Session, *, now: datetime) -> None:
    """End every claim: for a mailer that knows itself to be the only one, at its start."""
    session.execute(update(Delivery).where(Delivery.state == "claimed").values(lease_until=now))


def requeue(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """An operator sends a failed delivery once more, from its first try."""
    delivery.state, delivery.due_at, delivery.tries = "queued", now, 0
    wake_after_commit(session)

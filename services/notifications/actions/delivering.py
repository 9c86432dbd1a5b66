"""Keeping what became of a delivery that was claimed and handed over outside any transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.notifications.actions.announcing import CANCELLED, PAUSED
from services.notifications.actions.claiming import MAIL, Claimed, give_back
from services.notifications.actions.pacing import next_due
from services.notifications.actions.releasing import DIGEST, follow_digest
from services.notifications.actions.sparing import REPLACES
from services.notifications.actions.suppressing import suppress
from services.notifications.actions.waking import wake_after_commit
from services.notifications.gateways.mailer import Result
from services.notifications.model import Announcement, Attempt, Delivery
from services.notifications.model.announcement import ANNOUNCEMENT
from shared.contracts.notifications import DeliveryFailed
from shared.database import Database
from shared.foundation.kill_points import kill_point
from shared.messaging.outbox import tell

LONGEST_DETAIL: Final = 1000
STOPPED: Final = {
    "paused": {"state": "held", "reason": PAUSED},
    "cancelled": {"state": "cancelled", "reason": CANCELLED},
}
"""State of an announcement → of its mails that a server has put off meanwhile."""

SENT: Final = """
    WITH sent AS (
        UPDATE deliveries SET state = 'sent', reason = '', sent_at = %(now)s, lease_until = NULL
        WHERE id = ANY(%(ids)s::uuid[]) AND state <> 'sent' RETURNING id
    )
    INSERT INTO attempts (delivery_id, at, outcome, detail)
    SELECT id, %(now)s, 'sent', detail
    FROM unnest(%(ids)s::uuid[], %(details)s::text[]) AS given (id, detail) JOIN sent USING (id)
"""


def keep_results(
    database: Database, results: Sequence[tuple[Claimed, Result]], *, now: datetime
) -> None:
    """Write what became of claimed deliveries, before the next ones are begun.

    Those that are sent are one statement on PostgreSQL: it is the mailers' largest cost. May be
    called again with the same ones after an error.
    """
    sent, others = list[tuple[Claimed, Result]](), list[tuple[Claimed, Result]]()
    for each in results:
        is_plain = each[1].outcome == "sent" and not _carries_others(each[0])
        (sent if is_plain and not database.is_sqlite else others).append(each)
    if sent:
        kill_point("mailer.before_commit")
        values = {
            "now": now,
            "ids": [str(claimed.id) for claimed, _ in sent],
            "details": [result.detail[:LONGEST_DETAIL] for _, result in sent],
        }
        database.run(SENT, values)
    if others:
        with database.writing() as session:
            for claimed, result in others:
                keep_result(session, claimed, result, now=now)


def keep_result(session: Session, claimed: Claimed, result: Result, *, now: datetime) -> None:
    """Write what became of a claimed delivery, and the attempt.

    A bounce suppresses the address. Tells DeliveryFailed, AddressSuppressed.
    """
    stopped = _stopped(session, claimed) if result.outcome in ("away", "deferred") else None
    if result.outcome == "away" and stopped is None:
        give_back(session, [claimed])
        return
    values: dict[str, Any] = {
        "state": result.outcome,
        "reason": result.detail,
        "lease_until": None,
    }
    if result.outcome == "sent":
        values |= {"sent_at": now, "reason": ""}
    elif stopped is not None:
        values |= stopped
    elif result.outcome == "deferred":
        due_at = next_due(claimed.tries, now=now, asked_seconds=result.retry_after_seconds)
        values |= {"state": "queued", "due_at": due_at} if due_at else {"state": "failed"}
    session.execute(update(Delivery).where(Delivery.id == claimed.id).values(**values))
    attempt = {"at": now, "outcome": result.outcome, "detail": result.detail[:LONGEST_DETAIL]}
    session.execute(insert(Attempt).values(delivery_id=claimed.id, **attempt))
    if _carries_others(claimed) and values["state"] != "queued":
        follow_digest(session, claimed.id, values["state"], reason=str(values["reason"]), now=now)
    if values["state"] in ("failed", "bounced"):
        _tell_failure(session, claimed, result, now=now)
    kill_point("mailer.before_commit")


def _carries_others(claimed: Claimed) -> bool:
    return claimed.kind == DIGEST or bool(claimed.facts.get(REPLACES))


def _stopped(session: Session, claimed: Claimed) -> dict[str, str] | None:
    """How it goes on where its announcement was paused or cancelled while it was handed over."""
    if claimed.kind != ANNOUNCEMENT:
        return None
    query = select(Announcement.state).where(Announcement.id == claimed.about_id)
    return STOPPED.get(session.scalar(query) or "")


def _tell_failure(session: Session, claimed: Claimed, result: Result, *, now: datetime) -> None:
    failed = DeliveryFailed(
        delivery_id=claimed.id,
        about_id=claimed.about_id,
        category=claimed.category,
        reason=result.detail[:500],
    )
    tell(session, failed, now=now)
    if result.outcome == "bounced" and claimed.channel in MAIL:
        suppress(session, claimed.address, reason=result.detail[:500], now=now)


def requeue(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """An operator sends a failed delivery once more, from its first try."""
    delivery.state, delivery.due_at, delivery.tries = "queued", now, 0
    wake_after_commit(session)

"""Trying kept messages again, and letting those that wait behind them pass, in order."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from shared.contracts.message import from_envelope
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.logs import get_logger
from shared.messaging import metrics
from shared.messaging.deliveries import described
from shared.messaging.inbox import Reactions, enter_inbox, react
from shared.messaging.kept import PARKED, RETRYING, WAITING, next_try
from shared.messaging.tables import kept_messages

log = get_logger()
_kept = kept_messages.c


class Retries:
    """Several workers may run it at once: each row is tried by one of them at a time."""

    def __init__(
        self, database: Database, service: str, reactions: Reactions, *, clock: Clock = utc_now
    ):
        self._database = database
        self._service = service
        self._reactions = reactions
        self._clock = clock

    def run_due(self) -> int:
        """Try all that are due, and what they let pass; return how many were tried."""
        tried = 0
        while self._is_anything_due() and self._try_next():
            tried += 1
        return tried

    def _is_anything_due(self) -> bool:
        due = select(_kept.number).where(or_(_is_due(self._clock()), _kept.state == WAITING))
        with self._database.reading() as session:
            return session.scalar(due.limit(1)) is not None

    def _try_next(self) -> bool:
        now = self._clock()
        with self._database.writing() as session:
            _promote(session, now=now)
            row = session.execute(
                select(kept_messages)
                .where(_is_due(now))
                .order_by(_kept.next_try_at, _kept.number)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return False
            self._try(session, row, now=now)
        return True

    def _try(self, session: Session, row: Row[Any], *, now: datetime) -> None:
        try:
            with session.begin_nested():
                told = from_envelope(json.loads(row.body))
                if enter_inbox(session, [told.id], now=now):
                    react(session, self._reactions, told, now=now)
                session.flush()
        except Exception as error:  # noqa: BLE001 the worker's loop: the attempt is counted
            self._failed(session, row, error, now=now)
            return
        session.execute(delete(kept_messages).where(_kept.number == row.number))
        metrics.HEARD.labels(self._service, row.type).inc()
        log.info("retry succeeded", message_id=str(row.id), attempts=row.attempts + 1)

    def _failed(self, session: Session, row: Row[Any], error: Exception, *, now: datetime) -> None:
        attempts = row.attempts + 1
        # A poison has no subject, and nothing better to hope for than a newer release.
        next_try_at = next_try(attempts, now=now) if row.subject is not None else None
        session.execute(
            update(kept_messages)
            .where(_kept.number == row.number)
            .values(
                attempts=attempts,
                next_try_at=next_try_at,
                state=PARKED if next_try_at is None else RETRYING,
                error=described(error),
            )
        )
        metrics.FAILED_REACTIONS.labels(self._service, row.type).inc()
        log.error("retry failed", message_id=str(row.id), attempts=attempts, type=row.type)


def _is_due(now: datetime) -> Any:
    return and_(_kept.state == RETRYING, _kept.next_try_at <= now)


def _promote(session: Session, *, now: datetime) -> None:
    """Where nothing of its subject is retried any more, the first that waits is due now."""
    other = kept_messages.alias("other")
    is_before = or_(
        other.c.state == RETRYING, and_(other.c.state == WAITING, other.c.number < _kept.number)
    )
    stands_behind = exists().where(other.c.subject == _kept.subject, is_before)
    session.execute(
        update(kept_messages)
        .where(_kept.state == WAITING, ~stands_behind)
        .values(state=RETRYING, next_try_at=now)
    )

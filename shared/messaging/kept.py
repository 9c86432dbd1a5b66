"""Messages whose reaction has not succeeded: retrying, waiting behind another, or parked."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.database import is_among
from shared.messaging.deliveries import Poison, Readable
from shared.messaging.tables import inbox, kept_messages

DELAYS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (10, 30, 2 * 60, 10 * 60, 60 * 60, 6 * 60 * 60)
)
RETRYING: Final = "retrying"
WAITING: Final = "waiting"
PARKED: Final = "parked"


@dataclass(frozen=True)
class Kept:
    """ids: kept already, in any state. subjects: those whose messages must wait."""

    ids: frozenset[UUID]
    subjects: frozenset[UUID]


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after that many failures; None when it must be parked."""
    if attempts > len(DELAYS):
        return None
    return now + DELAYS[attempts - 1] * random.uniform(0.8, 1.2)


def kept_among(session: Session, came: Sequence[Readable]) -> Kept:
    """What of these is kept already, and what is kept of their subjects."""
    ids = [one.told.id for one in came]
    subjects = list({one.told.message.subject for one in came})
    found = session.execute(
        select(kept_messages.c.id, kept_messages.c.subject, kept_messages.c.state).where(
            or_(
                is_among(session, kept_messages.c.id, ids),
                is_among(session, kept_messages.c.subject, subjects),
            )
        )
    ).all()
    return Kept(
        ids=frozenset(row.id for row in found),
        subjects=frozenset(row.subject for row in found if row.state != PARKED),
    )


def keep_poison(session: Session, poison: Poison, *, now: datetime) -> None:
    """Park what can't be read. The same id twice is once."""
    _insert(
        session,
        id=poison.id,
        type=poison.type,
        source=poison.source,
        subject=None,
        state=PARKED,
        attempts=1,
        next_try_at=None,
        received_at=now,
        error=poison.error,
        body=poison.body,
    )


def keep_failed(session: Session, one: Readable, error: str, *, now: datetime) -> None:
    """Keep a message whose first try failed; its next is in about 10 s."""
    _keep(session, one, RETRYING, error, now=now, next_try_at=next_try(1, now=now))


def keep_behind(session: Session, came: Sequence[Readable], *, now: datetime) -> None:
    """Put messages behind a kept one of their subject, but those that were heard before."""
    ids = [one.told.id for one in came]
    heard = set(session.scalars(select(inbox.c.id).where(inbox.c.id.in_(ids))))
    for one in came:
        if one.told.id not in heard:
            _keep(session, one, WAITING, "", now=now, next_try_at=None)


def _keep(
    session: Session,
    one: Readable,
    state: str,
    error: str,
    *,
    now: datetime,
    next_try_at: datetime | None,
) -> None:
    _insert(
        session,
        id=one.told.id,
        type=type(one.told.message).type,
        source=f"/{one.told.message.teller}",
        subject=one.told.message.subject,
        state=state,
        attempts=1 if state == RETRYING else 0,
        next_try_at=next_try_at,
        received_at=now,
        error=error,
        body=one.body,
    )


def _insert(session: Session, **values: Any) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(kept_messages).values(**values).on_conflict_do_nothing())


def count_kept(session: Session) -> dict[str, int]:
    """State → how many are kept in it, zeros too."""
    found = session.execute(
        select(kept_messages.c.state, func.count()).group_by(kept_messages.c.state)
    )
    counts = dict.fromkeys((RETRYING, WAITING, PARKED), 0)
    for state, number in found:
        counts[state] = number
    return counts

"""What an operator does with messages: look, replay, discard. Every act is audited."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from shared.database import Database
from shared.foundation.failures import NotFound, Unavailable
from shared.messaging.broker import close, connect
from shared.messaging.deliveries import Delivery, Readable, read
from shared.messaging.inbox import enter_inbox
from shared.messaging.kept import PARKED, RETRYING, WAITING, keep_failed, keep_poison
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import make_publisher
from shared.messaging.tables import kept_messages, message_audit, outbox, told_messages
from shared.messaging.topology import (
    dead_letter_queue_of,
    exchange_of,
    heard_by,
    queues_of,
    replay_key,
)

_AT_ONCE: Final = 500
KEPT_STATES: Final = (RETRYING, WAITING, PARKED)


@dataclass(frozen=True)
class Chosen:
    """Which messages. place: parked, retrying, waiting, outbox or told. None: any."""

    place: str
    id: UUID | None = None
    type: str | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Act:
    """Who does it and when, for the audit."""

    actor: str
    now: datetime


@dataclass(frozen=True)
class Listed:
    """A message as an operator sees it."""

    place: str
    number: int
    id: UUID | None
    type: str
    subject: UUID | None
    at: datetime | None
    attempts: int
    error: str
    body: str


def _table_of(place: str) -> Table:
    return {"outbox": outbox, "told": told_messages}.get(place, kept_messages)


def _order(table: Table) -> list[Any]:
    """By the primary key, which for the told messages begins with their time."""
    return list(table.primary_key.columns)


def _matching(chosen: Chosen) -> list[Any]:
    table = _table_of(chosen.place)
    at = table.c.received_at if table is kept_messages else table.c.told_at
    conditions: list[Any] = []
    if table is kept_messages:
        conditions.append(table.c.state == chosen.place)
    if chosen.id is not None:
        conditions.append(table.c.id == chosen.id)
    if chosen.type is not None:
        conditions.append(table.c.type == chosen.type)
    if chosen.since is not None:
        conditions.append(at >= chosen.since)
    return conditions


def list_messages(session: Session, chosen: Chosen, *, limit: int = 100) -> list[Listed]:
    """In the order of their telling or arrival."""
    table = _table_of(chosen.place)
    rows = session.execute(
        select(table).where(*_matching(chosen)).order_by(*_order(table)).limit(limit)
    )
    return [_listed(chosen.place, row) for row in rows]


def _listed(place: str, row: Any) -> Listed:
    is_kept = place in KEPT_STATES
    return Listed(
        place=place,
        number=row.number,
        id=row.id,
        type=row.type,
        subject=row.subject,
        at=row.received_at if is_kept else row.told_at,
        attempts=row.attempts if is_kept else 0,
        error=row.error if is_kept else "",
        body=row.body if is_kept else row.envelope,
    )


def find_message(session: Session, message_id: UUID) -> list[Listed]:
    """Everywhere that this service keeps it."""
    places = ("outbox", "told", *KEPT_STATES)
    found = (list_messages(session, Chosen(place, id=message_id)) for place in places)
    return [one for some in found for one in some]


def retry_now(session: Session, chosen: Chosen, act: Act) -> int:
    """Make kept messages due at once, with all their tries before them; say how many."""
    ids = session.scalars(select(kept_messages.c.id).where(*_matching(chosen))).all()
    session.execute(
        update(kept_messages)
        .where(*_matching(chosen))
        .values(state=RETRYING, attempts=0, next_try_at=act.now)
    )
    _audit(session, act, f"replay {chosen.place}", ids)
    return len(ids)


def discard(session: Session, chosen: Chosen, act: Act, *, reason: str) -> int:
    """Forget kept messages for ever: the same id is not heard again. Say how many."""
    ids = session.scalars(select(kept_messages.c.id).where(*_matching(chosen))).all()
    session.execute(delete(kept_messages).where(*_matching(chosen)))
    known = [one for one in ids if one is not None]
    if known:
        enter_inbox(session, known, now=act.now)
    _audit(session, act, f"discard {chosen.place}", ids, detail=reason)
    return len(ids)


def replay_told(
    database: Database,
    broker_url: str,
    service: str,
    hearer: str,
    *,
    chosen: Chosen,
    act: Act,
    on_progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Send told messages again, with their ids, to that hearer alone; say how many.

    on_progress: given how many more have been confirmed.
    Raises NotFound when the hearer hears nothing from here, Unavailable when it stops midway.
    """
    types = [kind.type for kind in heard_by(hearer, service)]
    if not types:
        raise NotFound(f"{hearer} hears nothing from {service}.")
    sent = 0
    publisher = make_publisher(broker_url, service)
    try:
        for batch in _told_batches(database, chosen, types):
            messages = [_to_hearer(row, hearer) for row in batch]
            outcome = publisher.publish(messages)
            sent += len(outcome.confirmed)
            on_progress(len(outcome.confirmed))
            if len(outcome.confirmed) < len(messages):
                raise Unavailable(f"Stopped after {sent}: {outcome.error or 'no queue'}.")
    finally:
        publisher.close()
        with database.writing() as session:
            _audit(session, act, "replay told", [None], detail=f"{sent} to {hearer}: {chosen}")
    return sent


def _to_hearer(row: Any, hearer: str) -> Outgoing:
    key = replay_key(hearer, row.type)
    return Outgoing(row.number, row.id, row.type, row.subject, row.envelope, routing_key=key)


def _told_batches(
    database: Database, chosen: Chosen, types: Sequence[str]
) -> Iterator[Sequence[Any]]:
    after: tuple[Any, ...] | None = None
    while True:
        with database.reading() as session:
            batch = session.execute(_told_after(after, chosen, types)).all()
        if not batch:
            return
        yield batch
        after = (batch[-1].told_at, batch[-1].number)


def _told_after(after: tuple[Any, ...] | None, chosen: Chosen, types: Sequence[str]) -> Select[Any]:
    table = told_messages
    query = select(table).where(table.c.type.in_(types), *_matching(chosen))
    if after is not None:
        query = query.where(tuple_(*_order(table)) > tuple_(*_bound(table, after)))
    return query.order_by(*_order(table)).limit(_AT_ONCE)


def _bound(table: Table, values: tuple[Any, ...]) -> list[Any]:
    pairs = zip(_order(table), values, strict=True)
    return [bindparam(None, value, type_=column.type) for column, value in pairs]


def count_told(session: Session, hearer: str, service: str, chosen: Chosen) -> int:
    """How many a replay to that hearer would send."""
    types = [kind.type for kind in heard_by(hearer, service)]
    query = select(func.count()).where(told_messages.c.type.in_(types), *_matching(chosen))
    return session.scalar(query) or 0


@contextmanager
def dead_letters(broker_url: str, service: str) -> Iterator[Iterator[Any]]:
    """The messages in the service's dead letter queues; what is not acked stays there."""
    connection = connect(broker_url)
    try:
        channel = connection.channel()
        yield _dead(channel, service)
        channel.close()
    finally:
        close(connection)


def _dead(channel: Any, service: str) -> Iterator[Any]:
    for queue in queues_of(service):
        while (message := channel.basic_get(dead_letter_queue_of(queue))) is not None:
            yield channel.message_to_python(message)


def read_dead(message: Any) -> Delivery:
    """A dead letter as it was delivered before it died."""
    body = json.loads(message.body) if _is_object(message.body) else {}
    teller = str(body.get("source", "")).removeprefix("/")
    return Delivery(message.body, exchange_of(teller), message.properties.get("message_id"))


def _is_object(body: bytes | str) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def revive_dead(database: Database, broker_url: str, service: str, act: Act) -> int:
    """Take dead letters into the kept messages, due in about 10 s; say how many."""
    revived = 0
    with dead_letters(broker_url, service) as messages:
        for message in messages:
            one = read(read_dead(message))
            with database.writing() as session:
                if isinstance(one, Readable):
                    keep_failed(session, one, "dead-lettered by the broker", now=act.now)
                else:
                    keep_poison(session, one, now=act.now)
                known = one.told.id if isinstance(one, Readable) else one.id
                _audit(session, act, "replay dlq", [known])
            message.ack()
            revived += 1
    return revived


def discard_dead(
    database: Database, broker_url: str, service: str, act: Act, *, reason: str
) -> int:
    """Forget all dead letters; say how many."""
    gone = 0
    with dead_letters(broker_url, service) as messages:
        for message in messages:
            with database.writing() as session:
                detail = f"{reason}: {read_dead(message).message_id}"
                _audit(session, act, "discard dlq", [None], detail=detail)
            message.ack()
            gone += 1
    return gone


def _audit(
    session: Session, act: Act, what: str, ids: Sequence[UUID | None], *, detail: str = ""
) -> None:
    rows = [
        {"at": act.now, "actor": act.actor, "act": what, "message_id": one, "detail": detail}
        for one in ids
    ]
    if rows:
        session.execute(insert(message_audit), rows)

"""Telling: a row in the same transaction as the change it tells about."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.contracts.message import Message, Told, to_envelope
from shared.database import TOLD
from shared.foundation.ids import new_id
from shared.foundation.logs import current_traceparent
from shared.messaging.tables import outbox


def tell(session: Session, message: Message, *, now: datetime) -> None:
    """Tell the message when, and only when, this transaction commits.

    Lock or write the aggregate's row first: its messages then keep the order of its commits.
    """
    tell_all(session, [message], now=now)


def tell_all(session: Session, messages: Sequence[Message], *, now: datetime) -> None:
    """Tell the messages, in their order, when this transaction commits: one insert for all."""
    if not messages:
        return
    trace = current_traceparent()
    told = (Told(id=new_id(), message=each, time=now, traceparent=trace) for each in messages)
    session.flush()
    session.execute(insert(outbox), [outbox_row(each) for each in told])
    session.info.setdefault(TOLD, []).extend(messages)


def outbox_row(told: Told) -> dict[str, object]:
    """The outbox row of a message, for a statement that inserts it with the change itself."""
    return {
        "id": told.id,
        "type": type(told.message).type,
        "subject": told.message.subject,
        "told_at": told.time,
        "envelope": json.dumps(to_envelope(told), ensure_ascii=False, separators=(",", ":")),
    }


@contextmanager
def in_vain(session: Session) -> Iterator[None]:
    """Take back what is done and told inside: as much work as doing it, without a trace."""
    told_before = len(told_in(session))
    with session.begin_nested() as inner:
        yield
        session.flush()
        inner.rollback()
    del session.info.get(TOLD, [])[told_before:]


def told_in(session: Session) -> list[Message]:
    """The messages told in this session's open transaction, in order."""
    return list(session.info.get(TOLD, []))

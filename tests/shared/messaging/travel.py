"""What the tests of messaging share: messages of `members`, a hearer that notes what it heard."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import Column, Integer, MetaData, Table, Uuid, func, insert, select
from sqlalchemy.orm import Session

from shared.contracts.members import PersonErased
from shared.contracts.message import Message, Told, to_envelope
from shared.database import Database, make_metadata
from shared.messaging import tables
from shared.messaging.broker import connect
from shared.messaging.consumer import Consumer
from shared.messaging.deliveries import Delivery
from shared.messaging.housekeeping import create_partitions
from shared.messaging.inbox import Heard, Inbox, Reactions
from shared.messaging.outbox import tell
from shared.messaging.publisher import make_publisher
from shared.messaging.pulse import ThreadPulse
from shared.messaging.relay import Relay

NOW = datetime(2026, 9, 5, 1, 30, tzinfo=UTC)
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TELLER = "members"
HEARER = "events"
QUEUE = "events.members.v1"
PATIENCE_SECONDS = 20.0

_metadata = MetaData()
effects = Table(
    "effects",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Uuid),
    Column("subject", Uuid),
    Column("version", Integer),
)


@dataclass
class Fake:
    """A clock that stands still."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Place:
    """A teller's and a hearer's database, and the broker between them."""

    teller: Database
    hearer: Database
    broker_url: str


def prepare(database: Database) -> None:
    metadata = make_metadata(tables.metadata, _metadata)
    metadata.create_all(database.engine)
    with database.engine.begin() as connection:
        create_partitions(connection, datetime.now(UTC))


def an_erasure(*, person_id: UUID | None = None, version: int = 1) -> PersonErased:
    return PersonErased(person_id=person_id or uuid4(), version=version, email=None)


def a_told(message: Message | None = None) -> Told:
    return Told(id=uuid4(), message=message or an_erasure(), time=NOW, traceparent=TRACEPARENT)


def a_delivery(told: Told | None = None, **changes: Any) -> Delivery:
    envelope = to_envelope(told or a_told()) | changes
    return Delivery(json.dumps(envelope), exchange=TELLER, message_id=envelope["id"])


def tell_all(database: Database, messages: Sequence[Message]) -> None:
    with database.writing() as session:
        for message in messages:
            tell(session, message, now=datetime.now(UTC))


def relay_of(place: Place) -> Relay:
    return Relay(place.teller, make_publisher(place.broker_url, TELLER), TELLER)


def relay_all(place: Place) -> int:
    relay = relay_of(place)
    try:
        total = 0
        while moved := relay.relay_once():
            total += moved
        return total
    finally:
        relay.close()


def note(session: Session, message: Any, heard: Heard) -> None:
    """The reaction of the tests."""
    row = {
        "id": heard.id,
        "subject": message.subject,
        "version": getattr(message, "version", 0),
    }
    session.execute(insert(effects), [row])


NOTING: Reactions = {PersonErased: note}


def heard_versions(database: Database, subject: UUID | None = None) -> list[int]:
    query = select(effects.c.version).order_by(effects.c.number)
    if subject is not None:
        query = query.where(effects.c.subject == subject)
    with database.reading() as session:
        return list(session.scalars(query))


def heard_ids(database: Database) -> list[UUID]:
    with database.reading() as session:
        return list(session.scalars(select(effects.c.id).order_by(effects.c.number)))


def count(database: Database, table: Table, *conditions: Any) -> int:
    with database.reading() as session:
        query = select(func.count()).select_from(table).where(*conditions)
        return session.scalar(query) or 0


def kept_states(database: Database) -> list[str]:
    kept = tables.kept_messages
    with database.reading() as session:
        return list(session.scalars(select(kept.c.state).order_by(kept.c.number)))


class Running:
    """A loop in a thread of its own, until the test has seen enough."""

    def __init__(self, run: Callable[[Any], None]):
        self.pulse = ThreadPulse()
        self._thread = threading.Thread(target=run, args=(self.pulse,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pulse.stop()
        self._thread.join(30)
        assert not self._thread.is_alive()


def consuming(place: Place, reactions: Reactions = NOTING) -> Running:
    inbox = Inbox(place.hearer, HEARER, reactions)
    return Running(Consumer(place.broker_url, HEARER, inbox).run)


def until(is_true: Callable[[], bool], *, seconds: float | None = None) -> None:
    """Wait for it, or fail."""
    deadline = time.monotonic() + (seconds or PATIENCE_SECONDS)
    while not is_true():
        assert time.monotonic() < deadline, "it has not happened in time"
        time.sleep(0.02)


def waiting_in(broker_url: str, queue: str = QUEUE) -> int:
    with connect(broker_url) as connection, connection.channel() as channel:
        return int(channel.queue_declare(queue, passive=True).message_count)

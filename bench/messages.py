"""P5: messages a second through the relay and through the consumer, beside bare clients."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from bench.effort import Effort
from bench.limits import bare_messages
from bench.results import Result, result
from bench.serving import postgres, rabbitmq
from services.events.app import MIGRATIONS
from shared.contracts.events import RegistrationConfirmed, RegistrationState
from shared.contracts.message import Told
from shared.database import Database
from shared.messaging import topology
from shared.messaging.broker import connect
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Heard, Inbox
from shared.messaging.outbox import outbox_row
from shared.messaging.publisher import make_publisher
from shared.messaging.pulse import ThreadPulse
from shared.messaging.relay import Relay
from shared.messaging.tables import outbox
from shared.migrating import run_migrations

TELLER, HEARER = "events", "notifications"
QUEUE = topology.queue_of(HEARER, TELLER)
RELAYED, CONSUMED = 20_000, 10_000
NOTE = text("INSERT INTO bench_effects (body) VALUES (:body)")


@dataclass
class Place:
    """A database with the tables of messaging, and a broker with the whole topology."""

    database: Database
    broker_url: str
    rows: Sequence[dict[str, Any]]

    @property
    def bodies(self) -> list[str]:
        """The rows' envelopes."""
        return [each["envelope"] for each in self.rows]

    def empty(self) -> None:
        """Leave nothing of the round before, on either side."""
        with connect(self.broker_url) as connection, connection.channel() as channel:
            channel.queue_purge(QUEUE)
        with self.database.engine.begin() as session:
            session.execute(text("TRUNCATE outbox, told_messages, inbox, bench_effects"))


@contextmanager
def _place(count: int) -> Iterator[Place]:
    with postgres() as server, rabbitmq() as broker:
        database = Database(server.create_database("bench_messages"))
        run_migrations(database, MIGRATIONS)
        with database.engine.begin() as connection:
            _make_effects(connection)
        topology.declare(broker.url)
        yield Place(database, broker.url, [_row() for _ in range(count)])
        database.dispose()


def _make_effects(connection: Connection) -> None:
    made = "CREATE TABLE bench_effects (number bigserial PRIMARY KEY, body text)"
    connection.execute(text(made))


def _row() -> dict[str, Any]:
    """What telling of a registration puts into the outbox."""
    state = RegistrationState(
        registration_id=uuid4(),
        version=1,
        workshop_id=uuid4(),
        person_id=None,
        organisation_id=None,
        name="Hsiang-Hua Lin",
        email=f"{uuid4().hex}@people.example",
        locale="zh-Hant",
        state="confirmed",
        place=None,
        link_token=f"link_{uuid4().hex}",
    )
    message = RegistrationConfirmed(registration=state)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    return outbox_row(Told(id=uuid4(), message=message, time=datetime.now(UTC), traceparent=trace))


def measure(effort: Effort) -> Iterator[Result]:
    """Messages a second, in turn: the relay and a bare publisher, the consumer and a bare one."""
    relayed, consumed = effort.count(RELAYED), effort.count(CONSUMED)
    with _place(max(relayed, consumed)) as place:
        rates: dict[str, list[float]] = {"relay": [], "publish": [], "hear": [], "consume": []}
        for _ in range(effort.rounds):
            rates["relay"].append(relayed / _relay(place, relayed))
            rates["publish"].append(relayed / _publish(place, place.bodies[:relayed]))
            rates["hear"].append(consumed / _hear(place, consumed))
            rates["consume"].append(consumed / _consume(place, consumed))
        limit = "bare py-amqp, confirms by 500"
        yield result(
            "messages relayed", rates["relay"], "per second", limit=limit, limits=rates["publish"]
        )
        limit = "bare consume, insert and commit each"
        yield result(
            "messages heard", rates["hear"], "per second", limit=limit, limits=rates["consume"]
        )


def _publish(place: Place, bodies: Sequence[str]) -> float:
    place.empty()
    return bare_messages.publish(place.broker_url, TELLER, RegistrationConfirmed.type, bodies)


def _relay(place: Place, count: int) -> float:
    place.empty()
    with place.database.engine.begin() as connection:
        connection.execute(outbox.insert(), place.rows[:count])
    relay = Relay(place.database, make_publisher(place.broker_url, TELLER), TELLER)
    began, moved = time.perf_counter(), 0
    while moved < count:
        moved += relay.relay_once()
    took = time.perf_counter() - began
    relay.close()
    return took


def _hear(place: Place, count: int) -> float:
    _publish(place, place.bodies[:count])
    pulse, heard = ThreadPulse(), 0

    def note(session: Session, message: RegistrationConfirmed, _: Heard) -> None:
        nonlocal heard
        session.execute(NOTE, {"body": message.registration.name})
        heard += 1
        if heard == count:
            # The consumer ends once it has committed and acked what it has.
            pulse.stop()

    inbox = Inbox(place.database, HEARER, {RegistrationConfirmed: note})
    began = time.perf_counter()
    Consumer(place.broker_url, HEARER, inbox).run(pulse)
    took = time.perf_counter() - began
    _require_effects(place, count)
    return took


def _consume(place: Place, count: int) -> float:
    _publish(place, place.bodies[:count])
    conninfo = place.database.url.replace("+psycopg", "")
    statement = "INSERT INTO bench_effects (body) VALUES (%s)"
    took = bare_messages.consume(place.broker_url, QUEUE, conninfo, statement, count)
    _require_effects(place, count)
    return took


def _require_effects(place: Place, count: int) -> None:
    with place.database.reading() as session:
        found = session.scalar(text("SELECT count(*) FROM bench_effects"))
    assert found == count, f"{found} of {count} messages had their effect"

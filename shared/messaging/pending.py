"""The relay's own connection to its database: leadership, the outbox, being woken."""

import fcntl
import time
from collections.abc import Collection, Sequence
from typing import IO, Any, Final, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Select,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from shared.contracts.message import MESSAGES
from shared.database import Database
from shared.engines import TIMEOUTS
from shared.messaging.outgoing import Outgoing
from shared.messaging.poke import CHANNEL
from shared.messaging.pulse import Waker
from shared.messaging.tables import outbox, told_messages

BATCH: Final = 1000
_LEADER_LOCK: Final = 7239002
_COLUMNS: Final = ("number", "id", "type", "subject", "told_at", "envelope")

_MOVE: Final = text(
    """
    WITH moved AS (
        DELETE FROM outbox WHERE number = ANY(:numbers)
        RETURNING number, id, type, subject, told_at, envelope
    )
    INSERT INTO told_messages (number, id, type, subject, told_at, envelope)
    SELECT number, id, type, subject, told_at, envelope FROM moved
    ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("numbers", type_=ARRAY(BigInteger())))


class Pending(Protocol):
    """Rows told and not yet confirmed, of one service; used by the relay's thread alone."""

    def lead(self) -> bool:
        """Whether this relay is its database's leader, becoming it where there is none."""

    def read(self, *, without: Collection[Any]) -> list[Outgoing]:
        """The first rows by number, but those of the subjects in `without`.

        Behind more than a batch, urgent ones are read as well, and come first.
        """

    def move(self, numbers: Sequence[int]) -> None:
        """From the outbox to the told messages, in one transaction."""

    def count(self) -> tuple[int, float]:
        """How many there are, and the age of the oldest in seconds."""

    def wait(self, seconds: float, waker: Waker) -> None:
        """Sleep until there may be something new."""

    def close(self) -> None:
        """Give the leadership back. It can be used again after that."""


def make_pending(database: Database) -> Pending:
    """The one for the database's kind."""
    return SqlitePending(database) if database.is_sqlite else PostgresPending(database)


def _pending_rows(without: Collection[Any]) -> Select[Any]:
    query = select(outbox.c.number, outbox.c.id, outbox.c.type, outbox.c.subject)
    query = query.add_columns(outbox.c.envelope).order_by(outbox.c.number).limit(BATCH)
    return query.where(outbox.c.subject.not_in(list(without))) if without else query


def _urgent_types() -> list[str]:
    return [kind.type for kind in MESSAGES.values() if kind.is_urgent]


def _read(connection: Any, without: Collection[Any]) -> list[Outgoing]:
    query = _pending_rows(without)
    rows = [Outgoing(*row) for row in connection.execute(query)]
    if len(rows) < BATCH:
        return rows
    urgent = query.where(outbox.c.type.in_(_urgent_types()), outbox.c.number > rows[-1].number)
    return [Outgoing(*row) for row in connection.execute(urgent)] + rows


def _count(connection: Any) -> tuple[int, float]:
    number, oldest = connection.execute(select(func.count(), func.min(outbox.c.told_at))).one()
    return number, 0.0 if oldest is None else max(0.0, time.time() - oldest.timestamp())


class PostgresPending:
    """One direct connection, in autocommit: it holds the advisory lock and listens for pokes.

    All is read and moved by it, so a leader whose link was cut can move nothing.
    """

    def __init__(self, database: Database):
        self._engine = create_engine(
            database.engine.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args=TIMEOUTS | {"options": "-c timezone=UTC"},
        )
        self._connection: Connection | None = None
        self._is_leader = False

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.execute(text(f"LISTEN {CHANNEL}"))
            self._is_leader = False
        return self._connection

    def lead(self) -> bool:
        connection = self._open()
        if not self._is_leader:
            asked = text(f"SELECT pg_try_advisory_lock({_LEADER_LOCK})")
            self._is_leader = bool(connection.scalar(asked))
        return self._is_leader

    def read(self, *, without: Collection[Any]) -> list[Outgoing]:
        return _read(self._open(), without)

    def move(self, numbers: Sequence[int]) -> None:
        self._open().execute(_MOVE, {"numbers": list(numbers)})

    def count(self) -> tuple[int, float]:
        return _count(self._open())

    def wait(self, seconds: float, waker: Waker) -> None:
        if self._connection is None:
            waker.wait(seconds)
            return
        driver: Any = self._connection.connection.driver_connection
        # A poke that came while a statement ran is here already, and the socket silent.
        if not self._was_poked(driver) and waker.wait(seconds, driver):
            self._was_poked(driver)

    @staticmethod
    def _was_poked(driver: Any) -> bool:
        return bool(list(driver.notifies(timeout=0)))

    def close(self) -> None:
        connection, self._connection, self._is_leader = self._connection, None, False
        if connection is not None:
            try:
                connection.close()
            except DBAPIError:
                connection.invalidate()


class SqlitePending:
    """Leads by a lock on a file beside the database, which dies with its process."""

    def __init__(self, database: Database):
        self._database = database
        self._lock: IO[bytes] | None = None

    def lead(self) -> bool:
        if self._lock is None:
            path = str(self._database.engine.url.database)
            lock = open(f"{path}.relay", "ab")  # noqa: SIM115
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                return False
            self._lock = lock
        return True

    def read(self, *, without: Collection[Any]) -> list[Outgoing]:
        with self._database.reading() as session:
            return _read(session, without)

    def move(self, numbers: Sequence[int]) -> None:
        chosen = outbox.c.number.in_(list(numbers))
        with self._database.writing() as session:
            rows = select(*(outbox.c[name] for name in _COLUMNS)).where(chosen)
            copy = insert(told_messages).prefix_with("OR IGNORE")
            session.execute(copy.from_select(_COLUMNS, rows))
            session.execute(delete(outbox).where(chosen))

    def count(self) -> tuple[int, float]:
        with self._database.reading() as session:
            return _count(session)

    def wait(self, seconds: float, waker: Waker) -> None:
        waker.wait(seconds)

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

"""The embedded broker's SQLite file: exchanges, queues, bindings, messages, leases.

A queue is leased as a whole to one consumer at a time, as RabbitMQ's single active consumer
does, so its order holds whatever dies. Messages are deleted by their ack alone: what a dead
or silent holder had not acked goes to the next one, from the first on.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared.messaging.holders import is_dead, new_holder

LEASE_SECONDS: Final = 120.0
"""Longer than any handler may run: the watchdog ends a process after 60 s without a tick."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS exchanges (name TEXT PRIMARY KEY, type TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS queues (
    name TEXT PRIMARY KEY,
    arguments TEXT NOT NULL,
    holder TEXT,
    leased_until REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS bindings (
    exchange TEXT NOT NULL, routing_key TEXT NOT NULL, queue TEXT NOT NULL,
    PRIMARY KEY (exchange, routing_key, queue)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL, properties TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_messages_queue ON messages (queue, number);
"""


@dataclass(frozen=True)
class Stored:
    """A message as the file keeps it. properties: kombu's payload without its body."""

    number: int
    properties: dict[str, Any]
    body: bytes


class LeaseLostError(ConnectionError):
    """Another consumer holds the queue now."""


class Bell:
    """Wakes this process's consumers of one file after each commit that brought messages."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.count = 0

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> bool:
        """Wait until the bell has rung after `seen`; say whether it has."""
        with self._condition:
            return self._condition.wait_for(lambda: self.count != seen, seconds)


@cache
def bell_of(_path: str) -> Bell:
    """The one bell of this process for that file."""
    return Bell()


class BrokerFile:
    """One connection to the file. Threads may share it; processes open their own."""

    def __init__(self, path: str, *, lease_seconds: float = LEASE_SECONDS):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.bell = bell_of(path)
        self.holder = new_holder()
        self.lease_seconds = lease_seconds
        self._renew_at: dict[str, float] = {}
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA busy_timeout=20000")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-1000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def declare_exchange(self, name: str, kind: str) -> None:
        """Twice is once."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO exchanges VALUES (?, ?)", (name, kind))

    def exchange_type(self, name: str) -> str | None:
        """None where there is no such exchange."""
        rows = self._rows("SELECT type FROM exchanges WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def delete_exchange(self, name: str) -> None:
        """Its bindings go with it; its queues stay."""
        with self._writing() as connection:
            connection.execute("DELETE FROM exchanges WHERE name = ?", (name,))
            connection.execute("DELETE FROM bindings WHERE exchange = ?", (name,))

    def declare_queue(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Twice is once; the newest arguments hold."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO queues (name, arguments) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET arguments = excluded.arguments",
                (name, json.dumps(dict(arguments))),
            )

    def has_queue(self, name: str) -> bool:
        return bool(self._rows("SELECT 1 FROM queues WHERE name = ?", name))

    def size(self, queue: str) -> int:
        """How many messages are not acked."""
        return int(self._rows("SELECT count(*) FROM messages WHERE queue = ?", queue)[0][0])

    def purge(self, queue: str) -> int:
        """Delete its messages; say how many."""
        with self._writing() as connection:
            cursor = connection.execute("DELETE FROM messages WHERE queue = ?", (queue,))
            return cursor.rowcount

    def delete_queue(self, name: str) -> None:
        """Its messages and bindings go with it."""
        with self._writing() as connection:
            connection.execute("DELETE FROM messages WHERE queue = ?", (name,))
            connection.execute("DELETE FROM bindings WHERE queue = ?", (name,))
            connection.execute("DELETE FROM queues WHERE name = ?", (name,))

    def bind(self, exchange: str, routing_key: str, queue: str) -> None:
        """Twice is once."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO bindings VALUES (?, ?, ?)",
                (exchange, routing_key, queue),
            )

    def unbind(self, exchange: str, routing_key: str, queue: str) -> None:
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM bindings WHERE exchange = ? AND routing_key = ? AND queue = ?",
                (exchange, routing_key, queue),
            )

    def bindings(self, exchange: str) -> list[tuple[str, str]]:
        """Routing key and queue of each binding."""
        return self._rows("SELECT routing_key, queue FROM bindings WHERE exchange = ?", exchange)

    def put(self, entries: Iterable[tuple[str, Mapping[str, Any], bytes]]) -> None:
        """Queue, properties, body: all of them in one transaction, then wake the consumers."""
        rows = [
            (queue, json.dumps(properties, ensure_ascii=False), body)
            for queue, properties, body in entries
        ]
        with self._writing() as connection:
            connection.executemany(
                "INSERT INTO messages (queue, properties, body) VALUES (?, ?, ?)", rows
            )
        self.bell.ring()

    def take(self, queue: str, *, after: Iterable[int], limit: int) -> list[Stored]:
        """The queue's first messages but those in `after`, if its lease is or becomes ours."""
        if not self._hold(queue):
            return []
        taken = frozenset(after)
        rows = self._rows(
            "SELECT number, properties, body FROM messages WHERE queue = ? ORDER BY number LIMIT ?",
            queue,
            limit + len(taken),
        )
        fresh = [row for row in rows if row[0] not in taken][:limit]
        return [Stored(number, json.loads(properties), body) for number, properties, body in fresh]

    def _hold(self, queue: str) -> bool:
        if time.monotonic() < self._renew_at.get(queue, 0.0):
            return True
        held = queue in self._renew_at
        if not held and not self._is_worth_holding(queue):
            return False
        with self._writing() as connection:
            if not self._may_hold(queue, held):
                self._renew_at.pop(queue, None)
                return self._refuse(queue, held)
            connection.execute(
                "UPDATE queues SET holder = ?, leased_until = ? WHERE name = ?",
                (self.holder, time.time() + self.lease_seconds, queue),
            )
        self._renew_at[queue] = time.monotonic() + self.lease_seconds / 3
        return True

    def _is_worth_holding(self, queue: str) -> bool:
        waiting = self._rows("SELECT 1 FROM messages WHERE queue = ? LIMIT 1", queue)
        return bool(waiting) and self._may_hold(queue, held=False)

    def _may_hold(self, queue: str, held: bool) -> bool:
        rows = self._rows("SELECT holder, leased_until FROM queues WHERE name = ?", queue)
        if not rows:
            return False
        holder, until = rows[0]
        if holder == self.holder:
            return True
        return not held and (holder is None or until < time.time() or is_dead(holder))

    def _refuse(self, queue: str, held: bool) -> bool:
        if held:
            raise LeaseLostError(f"another consumer holds {queue}")
        return False

    def extend(self) -> None:
        """Lengthen the leases that are held. Raises LeaseLostError."""
        for queue in list(self._renew_at):
            self._hold(queue)

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Forget these messages."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM messages WHERE number = ?", [(number,) for number in numbers]
            )

    def dead_letter(self, number: int) -> None:
        """Move a refused message to the queue that its own queue names, or forget it."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO messages (queue, properties, body)"
                " SELECT json_extract(q.arguments, '$.x-dead-letter-routing-key'),"
                " m.properties, m.body FROM messages m JOIN queues q ON q.name = m.queue"
                " WHERE m.number = ?"
                " AND json_extract(q.arguments, '$.x-dead-letter-routing-key') IS NOT NULL",
                (number,),
            )
            connection.execute("DELETE FROM messages WHERE number = ?", (number,))
        self.bell.ring()

    def release(self) -> None:
        """Give the leases back, so that the next consumer starts at once."""
        if self._renew_at:
            with self._writing() as connection:
                connection.execute(
                    "UPDATE queues SET holder = NULL, leased_until = 0 WHERE holder = ?",
                    (self.holder,),
                )
            self._renew_at.clear()
            self.bell.ring()

    def close(self) -> None:
        """Release and close. Twice is once."""
        with self._lock:
            try:
                self.release()
            except sqlite3.ProgrammingError:
                return
            self._connection.close()

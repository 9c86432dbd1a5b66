"""Pruning by age, and the monthly partitions of the told messages on PostgreSQL."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, inspect, select, text

from shared.database import Database
from shared.messaging.tables import inbox, told_messages

INBOX_DAYS: Final = 35
"""Longer than a broker or an operator's replay may bring the same message again by itself."""
TOLD_DAYS: Final = 90
MONTHS_AHEAD: Final = 2
_AT_ONCE: Final = 5000
_PARTITION: Final = re.compile(r"told_messages_(\d{4})_(\d{2})")


def _month(now: datetime, ahead: int = 0) -> datetime:
    index = now.year * 12 + now.month - 1 + ahead
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def create_partitions(connection: Connection, now: datetime) -> None:
    """Partitions for this month and the next two, and one for whatever fits none of them.

    Does nothing on SQLite. Twice is once.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS told_messages_default PARTITION OF told_messages DEFAULT")
    )
    for ahead in range(MONTHS_AHEAD + 1):
        first, next_first = _month(now, ahead), _month(now, ahead + 1)
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS told_messages_{first:%Y_%m}"
                " PARTITION OF told_messages"
                f" FOR VALUES FROM ('{first:%Y-%m-%d}') TO ('{next_first:%Y-%m-%d}')"
            )
        )


def drop_partitions(connection: Connection, before: datetime) -> list[str]:
    """Drop the months that ended before that instant; return the tables' names."""
    old = list(_months_before(connection, before))
    for name in old:
        connection.execute(text(f"DROP TABLE {name}"))
    return old


def _months_before(connection: Connection, before: datetime) -> Iterator[str]:
    for name in sorted(inspect(connection).get_table_names()):
        match = _PARTITION.fullmatch(name)
        if match is None:
            continue
        first = datetime(int(match[1]), int(match[2]), 1, tzinfo=UTC)
        if _month(first, 1) <= before:
            yield name


def prune(database: Database, now: datetime, *, told_days: int = TOLD_DAYS) -> None:
    """Forget inbox ids and told messages that are too old, a few thousand at a time."""
    told_before = now - timedelta(days=told_days)
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            # An open reader must not make every later statement queue behind us.
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            create_partitions(connection, now)
            drop_partitions(connection, told_before)
    _prune_table(database, "inbox", now - timedelta(days=INBOX_DAYS))
    _prune_table(database, "told_messages", told_before)


def _prune_table(database: Database, name: str, before: datetime) -> None:
    table, age = {
        "inbox": (inbox, inbox.c.received_at),
        "told_messages": (told_messages, told_messages.c.told_at),
    }[name]
    old = select(table.c.id).where(age < before).limit(_AT_ONCE)
    while True:
        # Nearly always there is none: whoever is writing to SQLite need not be waited for.
        with database.reading() as session:
            ids = session.scalars(old).all()
        if ids:
            with database.writing() as session:
                session.execute(delete(table).where(table.c.id.in_(ids), age < before))
        if len(ids) < _AT_ONCE:
            return

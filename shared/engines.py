"""Engines of SQLAlchemy with our settings, on SQLite and on PostgreSQL."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.foundation.later import Later

if TYPE_CHECKING:
    import psycopg

    from shared import patience as patient
else:
    patient = Later("shared.patience")
    psycopg = Later("psycopg")

TIMEOUTS: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A network that swallows everything is noticed within a minute, also where a statement may last.

The last one is in milliseconds.
"""
SETTINGS: Final = "-c timezone=UTC -c jit=off"
"""Nothing here runs for long: compiling a statement takes more than it saves."""
BY_INDEX: Final = "".join(
    f" -c enable_{way}=off" for way in ("seqscan", "hashjoin", "mergejoin", "material")
)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=20000",
        "cache_size=-4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("plenary_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def make_engine(
    url: str,
    *,
    pool_size: int = 8,
    patience: float | None = None,
    by_index: bool = False,
    **options: Any,
) -> Engine:
    """An engine with our settings; a SQLite file's folder is made.

    patience, by_index: as Database's.
    """
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_size=pool_size, max_overflow=16)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=8,
        pool_timeout=10,
        **options,
        connect_args=TIMEOUTS | {"options": SETTINGS + (BY_INDEX if by_index else "")},
    )
    event.listen(engine, "do_connect", patient.patiently(patience))
    return engine


def driver_error(
    error: "psycopg.Error", statement: str, dialect: Dialect, *, is_cut: bool
) -> BaseException:
    """An error of the driver's as SQLAlchemy would have raised it. is_cut: nobody is there."""
    return DBAPIError.instance(
        statement,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=is_cut,
        dialect=dialect,
    )

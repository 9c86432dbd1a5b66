"""Engines and sessions for SQLite and PostgreSQL, and the conventions of every Base."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    DateTime,
    Dialect,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    any_,
    bindparam,
    cast,
    func,
    inspect,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import QueryableAttribute, Session

from shared.days import ZONE
from shared.engines import driver_error, make_engine
from shared.foundation.clock import DEFAULT_ZONE, rfc3339
from shared.foundation.kill_points import kill_point
from shared.foundation.languages import Text as LocalText
from shared.foundation.later import Later
from shared.statements import Statements

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = Later("psycopg")

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
JSON_COLUMN: Final = JSON().with_variant(JSONB(), "postgresql")
WEB_PATIENCE_SECONDS: Final = 15.0
"""Whoever waits for a page has gone by then; the thread is free for others."""
AnInsert = postgresql.Insert | sqlite.Insert
PROBE_SECONDS: Final = 2
TOLD: Final = "told"
"""Key in session.info: the messages told in this transaction, for the poke after its commit."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite keeps it as text without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What its values are: a decorated type says `object` by itself."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Conventions:
    """Mixed into each service's own `class Base(Conventions, DeclarativeBase)`."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant(),
        LocalText: JSON_COLUMN,
        dict[str, Any]: JSON_COLUMN,
        list[Any]: JSON_COLUMN,
        str: Text(),
    }


def make_metadata(*mechanism: MetaData) -> MetaData:
    """A service's own metadata with copies of the mechanism's tables (outbox, inbox, keys …)."""
    metadata = MetaData(naming_convention=NAMING)
    for source in mechanism:
        for table in source.tables.values():
            table.to_metadata(metadata)
    return metadata


def is_among(
    session: Session, column: QueryableAttribute[Any] | ColumnElement[Any], values: Iterable[Any]
) -> ColumnElement[bool]:
    """`column IN (values)` for many values: on PostgreSQL as one array.

    So it is the same statement however many there are, compiled and prepared once.
    """
    if session.get_bind().dialect.name != "postgresql":
        return column.in_(values)
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


@cache
def _keeping_newer(table: Table, dialect_name: str) -> AnInsert:
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    return _unless_newer(dialect.insert(table), table)


def _unless_newer(statement: AnInsert, table: Table) -> AnInsert:
    changed = {column.name: statement.excluded[column.name] for column in table.c}
    del changed["id"]
    made: AnInsert = statement.on_conflict_do_update(
        index_elements=["id"],
        set_=changed,
        where=statement.excluded["version"] > table.c.version,
    )
    return made


@cache
def _keeping_newer_of_many(table: Table) -> AnInsert:
    """As `_keeping_newer`, of rows in one JSON array: a statement each takes ten times as long."""
    names = [column.name for column in table.c]
    empty_row: ColumnElement[Any] = literal_column(f"CAST(NULL AS {table.name})")
    given = func.jsonb_populate_recordset(
        empty_row, cast(bindparam("rows", type_=Text()), JSONB)
    ).table_valued(*names)
    statement = postgresql.insert(table).from_select(names, select(given))
    return _unless_newer(statement, table)


def keep_newer(session: Session, table: type[Any], *rows: Mapping[str, Any]) -> None:
    """Write copies of what another service told, unless this version or a later one is kept.

    rows: every column of the table, `id` and `version` among them.
    """
    dialect_name = session.get_bind().dialect.name
    if len(rows) == 1 or dialect_name != "postgresql":
        session.execute(_keeping_newer(table.__table__, dialect_name), rows)
        return
    newest: dict[Any, Mapping[str, Any]] = {}
    for row in rows:
        if row["version"] > newest.get(row["id"], {"version": -1})["version"]:
            newest[row["id"]] = row
    plain = [{name: _plain(value) for name, value in row.items()} for row in newest.values()]
    values = {"rows": json.dumps(plain, ensure_ascii=False)}
    session.connection().execute(_keeping_newer_of_many(table.__table__), values)


def plain_row(thing: Any, left_out: Collection[str] = ()) -> dict[str, Any]:
    """A row's columns as values that JSON has."""
    names = [column.key for column in inspect(type(thing)).column_attrs]
    return {name: _plain(getattr(thing, name)) for name in names if name not in left_out}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


class Database:
    """One service's database.

    `writing()` is one transaction; `after_telling` are called when it has committed messages.
    patience: seconds that PostgreSQL may take for a statement; None for as long as it takes.
    by_index: for statements that take a few rows out of large tables, again and again. PostgreSQL
    keeps their plans, and one from when a table was small reads all of it, until it is analysed.
    time_zone: whose days the service counts by.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 8,
        patience: float | None = None,
        by_index: bool = False,
        time_zone: str = DEFAULT_ZONE,
    ):
        self.url, self.time_zone, self._info = url, time_zone, {ZONE: time_zone}
        make = partial(make_engine, url, pool_size=pool_size, patience=patience, by_index=by_index)
        self.engine = make()
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.after_telling: list[Callable[[], None]] = []
        # A pool of its own: setting a connection to autocommit and back costs CPU each time.
        self._reading = (
            self.engine.execution_options(plenary_reading=True)
            if self.is_sqlite
            else make(isolation_level="AUTOCOMMIT", pool_reset_on_return=None)
        )
        self._statements = Statements(self._reading)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is committed at the end, or rolled back on any exception."""
        with Session(self.engine, expire_on_commit=False, info=self._info) as session:
            with session.begin():
                yield session
                kill_point("web.before_commit")
            kill_point("web.after_commit")
            if session.info.pop(TOLD, None):
                self.poke()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries alone; on PostgreSQL each statement sees the newest commit."""
        # Nothing is committed, so nothing expires.
        with Session(self._reading, autoflush=False, info=self._info) as session:
            yield session

    def run(self, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run a statement that is a transaction by itself, by the driver alone; its first row.

        For hot paths on PostgreSQL. values: for `%(name)s`. Raises SQLAlchemy's errors.
        """
        row = self._statements.run(statement, values)
        kill_point("web.after_commit")
        return row

    def poke(self) -> None:
        """Say that there are messages to relay."""
        for call in self.after_telling:
            call()

    def check(self) -> None:
        """Raise SQLAlchemy's error when the database doesn't answer within about two seconds."""
        if self.is_sqlite:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
            return
        # A connection of its own: all pooled ones may wait for an answer that doesn't come.
        try:
            given, named = self.engine.dialect.create_connect_args(self.engine.url)
            psycopg.connect(*given, **{**named, "connect_timeout": PROBE_SECONDS}).close()
        except psycopg.Error as error:
            raise driver_error(error, "CONNECT", self.engine.dialect, is_cut=True) from error

    def dispose(self) -> None:
        """Close every pooled connection."""
        self._statements.let_go()
        self.engine.dispose()
        self._reading.dispose()

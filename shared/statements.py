"""Statements by the driver alone, for hot paths on PostgreSQL: SQLAlchemy costs as much again."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from shared.engines import driver_error
from shared.foundation.later import Later

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = Later("psycopg")


class _Held(NamedTuple):
    """A connection of the pool, with the cursor that was made once for it."""

    pooled: PoolProxiedConnection
    cursor: "psycopg.Cursor[Any]"


@cache
def _encoded(statement: str) -> bytes:
    """As the driver sends it. It keeps what it knows by these bytes, whose hash is kept too."""
    return statement.encode()


class Statements:
    """Runs statements that are transactions by themselves. engine: in autocommit.

    Connections are kept at hand for the next who comes: taking one from the pool, giving it
    back and making its cursor costs as much as a statement.
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._at_hand: list[_Held] = []

    def run(self, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The statement's first row. values: for `%(name)s`. Raises SQLAlchemy's errors."""
        try:
            held = self._at_hand.pop()
        except IndexError:
            held = self._hold_another(statement)
        cursor = held.cursor
        try:
            cursor.execute(_encoded(statement), values)
            # Not its description, which is made of each column's.
            answers = cursor.pgresult is not None and cursor.pgresult.nfields > 0
            row: tuple[Any, ...] | None = cursor.fetchone() if answers else None
        except psycopg.Error as error:
            is_cut = cursor.connection.closed
            if is_cut:
                held.pooled.invalidate(error)
                self.let_go()  # the others are cut too
                self._engine.dispose()
            else:
                self._at_hand.append(held)
            raise self._as_ours(error, statement, is_cut=is_cut) from error
        self._at_hand.append(held)
        return row

    def _hold_another(self, statement: str) -> _Held:
        try:
            pooled = self._engine.raw_connection()
        except psycopg.Error as error:
            raise self._as_ours(error, statement, is_cut=True) from error
        return _Held(pooled, pooled.cursor())  # type: ignore[arg-type]

    def let_go(self) -> None:
        """Close the connections at hand."""
        held, self._at_hand = self._at_hand, []
        for each in held:
            each.pooled.invalidate()

    def _as_ours(self, error: "psycopg.Error", statement: str, *, is_cut: bool) -> BaseException:
        return driver_error(error, statement, self._engine.dialect, is_cut=is_cut)

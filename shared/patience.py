"""Connections to PostgreSQL that wait for an answer only so long."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

POLLS_EVERY: Final = 0.1
T = TypeVar("T")


class PatientConnection(psycopg.Connection[Any]):
    """Waits for an answer only so long: a server that is frozen or cut off never gives one."""

    patience: float | None = None

    def wait(
        self,
        gen: PQGen[T],
        interval: float = POLLS_EVERY,
        timeout: float | None = None,
    ) -> T:
        """As psycopg's; a statement that gets no answer ends as with a broken connection."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def patiently(patience: float | None) -> Callable[..., PatientConnection]:
    """What makes an engine's connections: a listener of SQLAlchemy's event `do_connect`."""

    def connect(_: Any, __: Any, given: list[Any], named: dict[str, Any]) -> PatientConnection:
        connection = PatientConnection.connect(*given, **named)
        connection.patience = patience
        return connection

    return connect

"""Waking the relay of another process after a commit: NOTIFY, outside the transaction.

A NOTIFY inside the business transaction cost three quarters of the rate (measured), so it
goes by a connection of its own: at most 100 times a second from a process, and 25 times while
commits come faster than that, so that they are relayed by the batch. The relay's poll of one
second covers whatever is lost here.
"""

import os
import threading
from typing import TYPE_CHECKING, Final

from sqlalchemy import make_url

from shared.foundation.later import Later
from shared.foundation.logs import get_logger

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = Later("psycopg")

CHANNEL: Final = "plenary_outbox"
SHORT_SECONDS: Final = 0.01
LONG_SECONDS: Final = 0.04
log = get_logger()


class Poker:
    """Append one to `Database.after_telling` in a process without a relay."""

    def __init__(self, database_url: str):
        url = make_url(database_url).set(drivername="postgresql")
        self._conninfo = url.render_as_string(hide_password=False)
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._calls = 0
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def __call__(self) -> None:
        """Return at once; the relay is woken soon."""
        if self._process != os.getpid():
            self._start()
        self._calls += 1  # roughly: threads may lose one of theirs
        if not self._wanted.is_set():
            self._wanted.set()

    def _start(self) -> None:
        with self._lock:
            if self._process == os.getpid():
                return
            # A fork brings neither the thread nor a connection that may be used.
            self._connection = None
            self._wanted = threading.Event()
            self._thread = threading.Thread(target=self._run, name="poker", daemon=True)
            self._thread.start()
            self._process = os.getpid()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._wanted.wait()
            self._wanted.clear()
            self._calls = 0
            try:
                self._notify()
            except psycopg.Error as error:
                log.warning("poke failed", error=str(error))
                self._drop()
            pause.wait(SHORT_SECONDS)
            if self._calls > 1:
                pause.wait(LONG_SECONDS - SHORT_SECONDS)

    def _notify(self) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=5)
        self._connection.execute(f"NOTIFY {CHANNEL}")

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

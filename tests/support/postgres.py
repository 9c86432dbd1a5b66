"""A PostgreSQL cluster of the tests' own, in a temporary folder, on a spare port."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from tests.support.guarded import GuardedProcess
from tests.support.ports import HOST, free_port
from tests.support.programs import (
    ProgramFailed,
    find_program,
    give_to,
    identity,
    plain_environment,
    unprivileged_user,
)

SUPERUSER = "postgres"
_START_SECONDS = 30.0
_STOP_SECONDS = 30.0
_STOP_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "smart": signal.SIGTERM}


class PostgresServer:
    """Starts, stops, dies and comes back with its data. fsync is on, as in earnest.

    Every local user may enter without a password: it is reachable from this machine only,
    and holds nothing but tests.
    """

    def __init__(self) -> None:
        """Find the programs; start() does the rest. Raises ProgramMissing."""
        versions = Path("/usr/lib/postgresql")
        folders = sorted(versions.glob("*/bin"), key=_version_of, reverse=True)
        self._initdb = find_program("initdb", *folders)
        self._postgres = find_program("postgres", self._initdb.parent)
        self._user = unprivileged_user("postgres")
        self._folder: Path | None = None
        self._process: GuardedProcess | None = None
        self.port = free_port()

    @property
    def folder(self) -> Path:
        """The socket and the log are here; the cluster is below, in data."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="plenary-postgres-"))
            give_to(self._user, self._folder)
        return self._folder

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def pids(self) -> list[int]:
        """The postmaster and its children."""
        return self._process.pids() if self._process else []

    def url(self, database: str, *, user: str = SUPERUSER, through_socket: bool = False) -> str:
        """A SQLAlchemy URL."""
        if through_socket:
            return f"postgresql+psycopg://{user}@/{database}?host={self.folder}&port={self.port}"
        return f"postgresql+psycopg://{user}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster the first time; return once it answers. Raises ProgramFailed."""
        if self.is_running:
            return
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._make_cluster()
        self._process = GuardedProcess(
            [self._postgres, "-D", self.folder / "data", *self._options()],
            environment=plain_environment({}),
            folder=self.folder,
            log=self.folder / "postgres.log",
            user=self._user,
            last_signal=signal.SIGQUIT,
            scratch=self.folder,
        )
        self._wait_until_it_answers(self._process)

    def stop(self, mode: Literal["fast", "immediate", "smart"] = "fast") -> None:
        """fast: roll back, checkpoint, end. immediate: end without a checkpoint."""
        if self._process is None:
            return
        self._process.send(_STOP_SIGNALS[mode])
        try:
            self._process.wait(_STOP_SECONDS)
        finally:
            self._process.kill()
            self._process = None

    def kill(self) -> None:
        """SIGKILL the postmaster and its children, as a lost machine would."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def restart(self, mode: Literal["fast", "immediate", "smart"] = "fast") -> None:
        """Same port, same data. Also brings a killed server back."""
        self.stop(mode)
        self.start()

    def close(self) -> None:
        """Stop, and remove every trace."""
        try:
            self.stop("immediate")
        finally:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def create_database(self, name: str, *, owner: str | None = None) -> str:
        """Return its URL, as its owner: a new role that may enter no other database made here.

        Without owner it is the superuser's, whom row security does not hold.
        """
        role = owner or SUPERUSER
        with self._connect() as connection:
            if owner is not None:
                self._ensure_role(connection, owner)
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(name), sql.Identifier(role)
                )
            )
            connection.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
        return self.url(name, user=role)

    def drop_database(self, name: str) -> None:
        """Cut its connections and drop it. Nothing happens if there is none."""
        with self._connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    @staticmethod
    def _ensure_role(connection: psycopg.Connection, name: str) -> None:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))

    def _make_cluster(self) -> None:
        done = subprocess.run(
            [
                *(self._initdb, "-D", self.folder / "data", "-U", SUPERUSER),
                *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=plain_environment({}),
            **identity(self._user),
        )
        if done.returncode != 0:
            raise ProgramFailed(f"initdb failed: {done.stderr.strip()}")

    def _options(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": HOST,
            "unix_socket_directories": self.folder,
            "fsync": "on",
            "synchronous_commit": "on",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "max_wal_size": "512MB",
            "logging_collector": "off",
            "log_min_messages": "warning",
            "timezone": "UTC",
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _wait_until_it_answers(self, process: GuardedProcess) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.is_running:
            with contextlib.suppress(psycopg.OperationalError), self._connect():
                return
            time.sleep(0.05)
        self.kill()
        raise ProgramFailed(f"PostgreSQL did not start on port {self.port}. {process.last_words()}")


def _version_of(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0

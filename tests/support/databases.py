"""A service's database for a test: migrated once a session, fresh for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import MetaData, select, text

from shared.database import Database
from shared.migrating import run_migrations
from tests.support.postgres import PostgresServer


def _with_rows(database: Database, metadata: MetaData) -> set[str]:
    with database.reading() as session:
        tables = metadata.sorted_tables
        return {each.name for each in tables if session.execute(select(each).limit(1)).first()}


class Templates:
    """Migrated databases by service, to copy for each test."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._sqlite: dict[str, Path] = {}
        self._postgres: dict[str, str] = {}
        self._filled: dict[str, set[str]] = {}

    @contextmanager
    def on_sqlite(self, service: str, migrations: Path) -> Iterator[Database]:
        """A fresh file with the service's tables."""
        if service not in self._sqlite:
            template = self._folder / f"{service}.sqlite"
            made = Database(f"sqlite:///{template}")
            run_migrations(made, migrations)
            made.dispose()
            self._sqlite[service] = template
        path = self._folder / f"{service}-{uuid4().hex}.sqlite"
        shutil.copy(self._sqlite[service], path)
        database = Database(f"sqlite:///{path}", pool_size=16)
        try:
            yield database
        finally:
            database.dispose()

    @contextmanager
    def on_postgres(
        self, server: PostgresServer, service: str, migrations: Path, metadata: MetaData
    ) -> Iterator[Database]:
        """The service's database on the server, with no more than the migrations put in."""
        if service not in self._postgres:
            self._postgres[service] = server.create_database(f"test_{service}")
            made = Database(self._postgres[service])
            run_migrations(made, migrations)
            self._filled[service] = _with_rows(made, metadata)
            made.dispose()
        database = Database(self._postgres[service], pool_size=16)
        kept = self._filled[service]
        names = ", ".join(each.name for each in metadata.sorted_tables if each.name not in kept)
        with database.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        try:
            yield database
        finally:
            database.dispose()

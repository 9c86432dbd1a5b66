"""Migrations: bringing a database's schema to this release's."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from shared.database import Database


def _alembic(migrations: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def run_migrations(database: Database, migrations: Path) -> None:
    """Bring the schema to the newest version. Several processes may call it at once."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_lock(7239001)"))
            connection.commit()
        command.upgrade(_alembic(migrations, connection), "head")
        connection.commit()
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_unlock(7239001)"))
            connection.commit()


def migration_state(database: Database, migrations: Path) -> tuple[str | None, str | None]:
    """The applied and the newest revision; equal when the schema is up to date."""
    newest = ScriptDirectory.from_config(_alembic(migrations)).get_current_head()
    with database.engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
    return applied, newest


def migrate_in(context: Any, metadata: MetaData) -> None:
    """The body of every service's migrations/env.py; context: alembic's."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()

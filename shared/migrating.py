"""Migrations: bringing a database's schema to this release's."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, MetaData, inspect, text

from shared.database import Database
from shared.foundation.later import Later

if TYPE_CHECKING:
    from alembic import command as commands
    from alembic import config as configs
else:
    commands, configs = Later("alembic.command"), Later("alembic.config")

VERSIONS: Final = "alembic_version"
APPLIED: Final = text("SELECT version_num FROM alembic_version")


def _alembic(migrations: Path, connection: Connection) -> "configs.Config":
    config = configs.Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def run_migrations(database: Database, migrations: Path) -> None:
    """Bring the schema to the newest version. Several processes may call it at once."""
    applied, newest = migration_state(database, migrations)
    if applied == newest:
        return
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_lock(7239001)"))
            connection.commit()
        commands.upgrade(_alembic(migrations, connection), "head")
        connection.commit()
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_unlock(7239001)"))
            connection.commit()


def migration_state(database: Database, migrations: Path) -> tuple[str | None, str | None]:
    """The applied and the newest revision; equal when the schema is up to date.

    A migration's file is named by its revision, and each follows the one before it.
    """
    files = (migrations / "versions").glob("[0-9]*.py")
    newest = max((path.name.partition("_")[0] for path in files), default=None)
    with database.engine.connect() as connection:
        has_any = inspect(connection).has_table(VERSIONS)
        applied = connection.scalar(APPLIED) if has_any else None
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

"""Migrating an empty database gives what the models say, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

from services.events.model import Base as EventsBase
from services.members.model import Base as MembersBase
from services.notifications.model import Base as NotificationsBase
from services.together import PARTS
from shared.database import Database
from shared.migrating import migration_state, run_migrations

METADATA: dict[str, MetaData] = {
    "events": EventsBase.metadata,
    "members": MembersBase.metadata,
    "notifications": NotificationsBase.metadata,
}
# The log of told messages has a partition a month on PostgreSQL; alembic's own table is its.
PARTITION = "told_messages_"
VERSIONS = "alembic_version"
SERVICES = sorted(METADATA)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, ...]]:
    """Two empty ones."""
    names = [f"house_{uuid4().hex[:8]}" for _ in range(2)]
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path}/{name}.sqlite" for name in names]
    else:
        server = request.getfixturevalue("postgres")
        urls = [server.create_database(name) for name in names]
    made = tuple(Database(url) for url in urls)
    yield made
    for database, name in zip(made, names, strict=True):
        database.dispose()
        if request.param == "postgres":
            server.drop_database(name)


def tables_of(database: Database) -> dict[str, Any]:
    """Table → all that the database says of it."""
    inspector = inspect(database.engine)
    names = [
        name
        for name in inspector.get_table_names()
        if not name.startswith(PARTITION) and name != VERSIONS
    ]
    return {
        name: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"])
                for each in inspector.get_columns(name)
            },
            "key": inspector.get_pk_constraint(name),
            "foreign keys": by_name(inspector.get_foreign_keys(name)),
            "unique": by_name(inspector.get_unique_constraints(name)),
            "checks": by_name(inspector.get_check_constraints(name)),
            "indexes": by_name(inspector.get_indexes(name)),
        }
        for name in names
    }


def by_name(found: Any) -> list[Any]:
    return sorted(map(plain, found), key=str)


def plain(part: Any) -> Any:
    """With expressions as their text."""
    return (
        {key: plain(value) for key, value in part.items()} if isinstance(part, dict) else str(part)
    )


def is_ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    return kind != "table" or not (name or "").startswith(PARTITION)


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_from_empty_give_what_the_models_say(
    databases: tuple[Database, Database], service: str
) -> None:
    migrated, modelled = databases
    run_migrations(migrated, PARTS[service][0].MIGRATIONS)
    METADATA[service].create_all(modelled.engine)

    assert tables_of(migrated) == tables_of(modelled)


@pytest.mark.parametrize("service", SERVICES)
def test_alembic_finds_nothing_left_to_migrate(
    databases: tuple[Database, Database], service: str
) -> None:
    migrated, _ = databases
    run_migrations(migrated, PARTS[service][0].MIGRATIONS)

    with migrated.engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, METADATA[service])
        connection.rollback()

    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_migrating_twice_is_once(databases: tuple[Database, Database], service: str) -> None:
    migrated, _ = databases
    migrations = PARTS[service][0].MIGRATIONS

    for _ in range(2):
        run_migrations(migrated, migrations)

    applied, newest = migration_state(migrated, migrations)
    with migrated.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
    assert applied == newest == revision


def test_a_column_that_no_migration_makes_would_be_seen(
    databases: tuple[Database, Database],
) -> None:
    migrated, modelled = databases
    run_migrations(migrated, PARTS["events"][0].MIGRATIONS)
    METADATA["events"].create_all(modelled.engine)
    with modelled.engine.begin() as connection:
        connection.execute(text("ALTER TABLE workshops ADD COLUMN colour TEXT"))

    assert tables_of(migrated) != tables_of(modelled)

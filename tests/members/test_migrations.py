"""Migrations from empty equal the metadata, on SQLite and on PostgreSQL."""

from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.members.app import MIGRATIONS
from services.members.model import Base
from shared.database import Database
from shared.migrating import run_migrations


def differences(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": is_ours},
        )
        found = compare_metadata(context, Base.metadata)
        connection.rollback()
    return found


def is_ours(name, kind, _):
    return not (kind == "table" and name.startswith("told_messages_"))


def test_migrations_equal_the_metadata_on_sqlite(database):
    assert differences(database) == []


@pytest.mark.real
def test_migrations_equal_the_metadata_on_postgresql(postgres):
    name = f"members_{uuid4().hex[:8]}"
    database = Database(postgres.create_database(name))

    run_migrations(database, MIGRATIONS)

    assert differences(database) == []
    database.dispose()
    postgres.drop_database(name)

"""A fixed instant, and the notifications service's database: a SQLite file, and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from services.notifications.app import MIGRATIONS
from services.notifications.model import Base
from shared.database import Database
from tests.support.databases import Templates


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def database(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Database]:
    if request.param == "sqlite":
        with templates.on_sqlite("notifications", MIGRATIONS) as found:
            yield found
        return
    server = request.getfixturevalue("postgres")
    with templates.on_postgres(server, "notifications", MIGRATIONS, Base.metadata) as found:
        yield found


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as opened:
        yield opened

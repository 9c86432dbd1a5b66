"""Fixtures: a real database of members, its app, and people who ask."""

from typing import Any

import pytest

from services.members.app import MIGRATIONS, create_app
from services.members.settings import MembersSettings
from shared.database import Database
from shared.migrating import run_migrations
from shared.web.context import EXTENSION
from shared.web.keys import KeyRing
from tests.members.builders import PASSWORD, Clock, an_account


def pytest_collection_modifyitems(items):
    # RFC 9864 renames EdDSA; the tokens keep the name that clients know.
    mark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
    for item in items:
        if "tests/members/" in str(item.path):
            item.add_marker(mark)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory) -> bytes:
    """A migrated, empty database as bytes: copying it is faster than migrating."""
    path = tmp_path_factory.mktemp("members") / "empty.sqlite"
    database = Database(f"sqlite:///{path}")
    run_migrations(database, MIGRATIONS)
    fold_in(database)
    return path.read_bytes()


def fold_in(database: Database) -> None:
    """Close the database with everything in its one file."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()


@pytest.fixture
def file(empty_file) -> bytes:
    """What a test's database is to begin with."""
    return empty_file


@pytest.fixture
def database(tmp_path, file):
    path = tmp_path / "members.sqlite"
    path.write_bytes(file)
    made = Database(f"sqlite:///{path}")
    yield made
    made.dispose()


@pytest.fixture
def session(database):
    with database.writing() as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _settings(url: str, **options: Any) -> MembersSettings:
    return MembersSettings(
        **options,
        database_url=url,
        secret_key="0" * 32,
        broker_url="embedded:///nowhere",
        public_url="http://127.0.0.1:8000",
    )


@pytest.fixture
def settings(database) -> MembersSettings:
    return _settings(database.url)


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory):
    """The app, made once: making it takes longer than most tests."""
    folder = tmp_path_factory.mktemp("app")
    nowhere = f"sqlite:///{folder}/nothing.sqlite"
    return create_app(_settings(nowhere, files_folder=str(folder)), Database(nowhere))


@pytest.fixture
def app(shared_app, database, clock):
    """The app over this test's database and clock."""
    service = shared_app.extensions[EXTENSION]
    service.database, service.clock = database, clock
    shared_app.extensions["plenary_keys"] = KeyRing(database)
    return shared_app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def person(database):
    """Somebody with an account, mei@one.example."""
    with database.writing() as session:
        return an_account(session)


@pytest.fixture
def sign_in(client):
    """Sign in by the API; answers the headers to ask with."""

    def sign_in(email="mei@one.example", password=PASSWORD, **options):
        answer = client.post(
            "/members/api/v1/sign-in", json={"email": email, "password": password}, **options
        )
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    return sign_in

"""One statement by the driver alone: its row, its errors, and a connection that was cut."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from shared.database import Database
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.real
ADD = "INSERT INTO seen VALUES (%(number)s) RETURNING number, number * 2"
NUMBERS = "SELECT number FROM seen ORDER BY number"


@pytest.fixture(scope="module")
def database(postgres: PostgresServer) -> Iterator[Database]:
    made = Database(postgres.create_database("test_statements"), pool_size=1)
    with made.engine.begin() as connection:
        connection.execute(text("CREATE TABLE seen (number int PRIMARY KEY)"))
    yield made
    made.dispose()


def numbers_in(database):
    with database.reading() as session:
        return list(session.scalars(text(NUMBERS)))


def test_a_statement_is_committed_by_itself_and_answers_its_first_row(database):
    assert database.run(ADD, {"number": 1}) == (1, 2)
    assert database.run("DELETE FROM seen", {}) is None
    assert numbers_in(database) == []


def test_what_the_database_refuses_is_raised_as_sqlalchemy_does_and_harms_nothing(database):
    database.run(ADD, {"number": 3})

    with pytest.raises(IntegrityError) as raised:
        database.run(ADD, {"number": 3})

    assert not raised.value.connection_invalidated
    assert database.run(ADD, {"number": 4}) == (4, 8)


def test_a_cut_connection_is_said_to_be_cut_and_replaced(database):
    pid = database.run("SELECT pg_backend_pid()", {})[0]
    with database.writing() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    with pytest.raises(OperationalError) as raised:
        database.run(ADD, {"number": 5})

    assert raised.value.connection_invalidated
    assert database.run(ADD, {"number": 5}) == (5, 10)


def test_a_server_that_is_away_is_an_outage_and_no_fault_of_ours(postgres, database):
    database.run(ADD, {"number": 6})
    database.dispose()
    postgres.stop()
    try:
        with pytest.raises(OperationalError):
            database.run(ADD, {"number": 7})
    finally:
        postgres.start()
    assert database.run(ADD, {"number": 7}) == (7, 14)

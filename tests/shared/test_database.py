"""One statement by the driver alone: its row, its errors, and a connection that was cut.

And a server that is frozen: it takes connections, and answers nothing.
"""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from shared.database import Database
from tests.support.postgres import PostgresServer
from tests.support.running import eventually

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


def test_those_who_ask_at_once_have_a_connection_each_and_none_stays_open(postgres, database):
    several = Database(database.url)
    ask = "SELECT pg_backend_pid() FROM (SELECT pg_sleep(0.2)) AS slept"
    with ThreadPoolExecutor(4) as pool:
        first, again = (
            {pid for (pid,) in pool.map(lambda _: several.run(ask, {}), range(4))} for _ in range(2)
        )
    assert len(first) == 4
    assert again == first

    several.dispose()

    alive = text("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(:pids)")
    with database.writing() as session:
        eventually(lambda: session.scalar(alive, {"pids": list(first)}) == 0)


def test_one_that_was_cut_takes_the_others_with_it(database):
    several = Database(database.url)
    ask = "SELECT pg_backend_pid() FROM (SELECT pg_sleep(0.2)) AS slept"
    with ThreadPoolExecutor(3) as pool:
        pids = [pid for (pid,) in pool.map(lambda _: several.run(ask, {}), range(3))]
    with database.writing() as session:
        session.execute(text("SELECT pg_terminate_backend(p) FROM unnest(:pids) p"), {"pids": pids})

    with pytest.raises(OperationalError):
        several.run(ask, {})

    assert several.run(ask, {})[0] not in pids
    several.dispose()


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


@contextmanager
def frozen(postgres):
    pids = postgres.pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_nobody_waits_without_end_for_a_server_that_is_frozen(postgres, database):
    patient = Database(database.url, pool_size=1, patience=0.5)
    patient.run(ADD, {"number": 8})
    with patient.writing() as session:
        session.execute(text("SELECT 1"))

    with frozen(postgres):
        with pytest.raises(OperationalError) as raised:
            patient.run(ADD, {"number": 9})
        assert raised.value.connection_invalidated
        with pytest.raises(OperationalError), patient.writing() as session:
            session.execute(text(NUMBERS))
        with pytest.raises(OperationalError):
            patient.check()

    patient.check()
    assert patient.run(ADD, {"number": 10}) == (10, 20)
    assert {8, 10} <= set(numbers_in(patient))
    patient.dispose()


def test_a_statement_may_take_its_time_where_nobody_waits_for_a_page(database):
    assert database.run("SELECT 1 FROM pg_sleep(0.7)", {}) == (1,)
    hasty = Database(database.url, pool_size=1, patience=0.2)
    with pytest.raises(OperationalError):
        hasty.run("SELECT 1 FROM pg_sleep(0.7)", {})
    hasty.dispose()

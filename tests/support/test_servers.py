"""The tests' own servers start, die, come back with what they had, and leave nothing."""

import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import amqp
import psycopg
import pytest

from tests.support.guarded import GuardedProcess
from tests.support.ports import HOST, free_port, is_listening
from tests.support.postgres import PostgresServer
from tests.support.programs import (
    ProgramFailed,
    ProgramMissing,
    plain_environment,
    skip_or_fail,
)
from tests.support.rabbitmq import RabbitServer

Server = PostgresServer | RabbitServer


@pytest.fixture(params=[PostgresServer, RabbitServer])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of this test's own: these tests do things to it that others must not see."""
    try:
        server: Server = request.param()
    except ProgramMissing as missing:
        skip_or_fail(str(missing))
    server.start()
    yield server
    server.close()


@pytest.mark.real
def test_a_server_keeps_what_it_was_given_through_restarts_and_kills(server: Server) -> None:
    write, read = _memory_of(server)
    write()

    server.restart()
    after_restart = read()
    server.kill()
    while_dead = is_listening(server.port)
    server.start()

    assert (after_restart, while_dead, read()) == (True, False, True)


@pytest.mark.real
def test_a_closed_server_leaves_no_process_and_no_folder(server: Server) -> None:
    pids, folder = server.pids, server.folder

    server.close()

    assert len(pids) > 3
    assert [pid for pid in pids if _is_alive(pid)] == []
    assert not folder.exists()


@pytest.mark.real
@pytest.mark.parametrize("kind", [PostgresServer, RabbitServer])
def test_a_server_ends_when_the_tests_process_is_killed(kind: type[Server]) -> None:
    _require(kind)
    module, name = kind.__module__, kind.__name__
    program = (
        f"from {module} import {name}; server = {name}(); server.start();"
        "print(server.port, server.folder, *server.pids, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as tests:
        assert tests.stdout is not None
        port, folder, *pids = tests.stdout.readline().split()

        tests.kill()

    assert _soon(lambda: not any(_is_alive(int(pid)) for pid in pids))
    assert _soon(lambda: not Path(folder).exists())
    assert not is_listening(int(port))


@pytest.mark.real
def test_an_owner_enters_its_own_database_and_no_other(postgres: PostgresServer) -> None:
    mine = postgres.create_database("mine", owner="owner_of_mine")
    postgres.create_database("theirs", owner="owner_of_theirs")

    _libpq(mine).close()
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        _libpq(postgres.url("theirs", user="owner_of_mine"))

    postgres.drop_database("mine")
    postgres.drop_database("theirs")


@pytest.mark.real
def test_a_user_may_do_on_the_broker_what_was_permitted_and_no_more(
    rabbitmq: RabbitServer,
) -> None:
    rabbitmq.add_user("limited", "secret", configure="^limited")

    with _amqp(rabbitmq, "limited", "secret") as connection:
        connection.channel().queue_declare("limited.queue", auto_delete=True)
        with pytest.raises(amqp.exceptions.AccessRefused):
            connection.channel().queue_declare("other.queue")

    rabbitmq.ctl("delete_user", "limited")


@pytest.mark.real
def test_the_broker_holds_quorum_queues(rabbitmq: RabbitServer) -> None:
    with _amqp(rabbitmq) as connection:
        channel = connection.channel()
        channel.queue_declare(
            "steady", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
        channel.queue_delete("steady")


def test_a_program_that_cannot_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    program = GuardedProcess(
        ["/bin/sh", "-c", "echo 'no such cluster'; exit 3"],
        environment=plain_environment({}),
        folder=tmp_path,
        log=tmp_path / "log",
    )

    program.wait(5)

    assert program.last_words() == "Its log ends: no such cluster"


def test_a_daemon_that_a_program_left_behind_is_ended_with_it(tmp_path: Path) -> None:
    program = GuardedProcess(
        ["/bin/sh", "-c", "setsid sleep 600 & echo $!; exec sleep 600"],
        environment=plain_environment({}),
        folder=tmp_path,
        log=tmp_path / "log",
    )
    assert _soon(lambda: len(program.pids()) == 2)
    pids = program.pids()

    program.send(signal.SIGTERM)
    program.wait(5)

    assert [pid for pid in pids if _is_alive(pid)] == []


def test_a_program_that_will_not_end_is_reported(tmp_path: Path) -> None:
    program = GuardedProcess(
        ["/bin/sleep", "600"],
        environment=plain_environment({}),
        folder=tmp_path,
        log=tmp_path / "log",
    )

    with pytest.raises(ProgramFailed, match="has not ended in 0.1 s"):
        program.wait(0.1)

    program.kill()
    assert not program.is_running


def test_the_sink_runs_as_a_process_and_obeys_its_folder(tmp_path: Path) -> None:
    port = free_port()
    root = Path(__file__).parents[2]
    sink = GuardedProcess(
        [
            *(sys.executable, "-m", "tests.support.smtp_sink"),
            *("--port", str(port), "--directory", str(tmp_path / "mails")),
        ],
        environment=plain_environment({}),
        folder=root,
        log=tmp_path / "log",
    )
    assert _soon(lambda: is_listening(port)), sink.last_words()

    with smtplib.SMTP(HOST, port) as client:
        client.sendmail("a@example.org", ["b@example.org"], "Subject: Hello\r\n\r\nHello")

    assert _soon((tmp_path / "mails" / "000001.json").exists)
    assert b"Subject: Hello" in (tmp_path / "mails" / "000001.eml").read_bytes()
    (tmp_path / "mails" / "mode.json").write_text('{"mode": "down"}')
    assert _soon(lambda: not is_listening(port))
    sink.send(signal.SIGTERM)
    sink.wait(5)


def _memory_of(server: Server) -> tuple[Callable[[], None], Callable[[], bool]]:
    """How to leave something lasting on the server, and how to see whether it is there."""
    if isinstance(server, PostgresServer):
        url = server.create_database("memory")

        def write() -> None:
            with _libpq(url) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

        def read() -> bool:
            with _libpq(url) as connection:
                return connection.execute("SELECT one FROM kept").fetchone() == (1,)

        return write, read

    broker = server

    def declare() -> None:
        with _amqp(broker) as connection:
            channel = connection.channel()
            channel.confirm_select()
            channel.queue_declare("kept", durable=True, auto_delete=False)
            channel.basic_publish_confirm(amqp.Message("kept", delivery_mode=2), routing_key="kept")

    def has_messages() -> bool:
        with _amqp(broker) as connection:
            found = connection.channel().queue_declare("kept", passive=True)
            return bool(found.message_count == 1)

    return declare, has_messages


def _libpq(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5)


def _amqp(server: RabbitServer, name: str = "guest", password: str = "guest") -> amqp.Connection:
    return amqp.Connection(f"{HOST}:{server.port}", userid=name, password=password)


def _require(kind: type[Server]) -> None:
    try:
        kind()
    except ProgramMissing as missing:
        skip_or_fail(str(missing))


def _soon(is_true: Callable[[], bool], *, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_true():
            return True
        time.sleep(0.05)
    return False


def _is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False

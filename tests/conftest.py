"""Fixtures for all tests: the real servers, started when first asked for."""

from collections.abc import Iterator
from typing import TypeVar

import pytest

from tests.support.postgres import PostgresServer
from tests.support.programs import ProgramFailed, ProgramMissing, skip_or_fail
from tests.support.rabbitmq import RabbitServer
from tests.support.smtp_sink import SmtpSink

Server = TypeVar("Server", PostgresServer, RabbitServer)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL of the tests' own. A test that stops it starts it again."""
    yield from _running(PostgresServer)


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitServer]:
    """A running RabbitMQ of the tests' own. A test that stops it starts it again."""
    yield from _running(RabbitServer)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that accepts all until it is told to misbehave."""
    sink = SmtpSink().start()
    yield sink
    sink.close()


def _running(kind: type[Server]) -> Iterator[Server]:
    try:
        server = kind()
    except ProgramMissing as missing:
        skip_or_fail(f"Skipped what needs a {kind.__name__}: {missing}")
    try:
        server.start()
    except ProgramFailed as failed:
        server.close()
        pytest.fail(str(failed), pytrace=False)
    yield server
    server.close()

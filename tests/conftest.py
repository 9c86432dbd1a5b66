"""Fixtures for all tests: the real servers, started when first asked for."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer
from tests.support.running_servers import running
from tests.support.smtp_sink import SmtpSink


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL of the tests' own. A test that stops it starts it again."""
    yield from running(PostgresServer)


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitServer]:
    """A running RabbitMQ of the tests' own. A test that stops it starts it again."""
    yield from running(RabbitServer)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that accepts all until it is told to misbehave."""
    sink = SmtpSink().start()
    yield sink
    sink.close()

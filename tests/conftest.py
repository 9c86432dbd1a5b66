"""Fixtures for all tests: the real servers, started when first asked for."""

from collections.abc import Iterator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer
from tests.support.running_servers import running
from tests.support.smtp_sink import SmtpSink

# What shares servers that take long to start stays in one process.
TOGETHER = ("tests/browser/", "tests/shared/messaging/")
JOURNEYS = "tests/journeys/"


class ByServers(LoadScopeScheduling):  # type: ignore[misc]
    """A file of tests goes to one process, and so do those that share servers."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        if path.startswith(JOURNEYS):
            return f"{JOURNEYS} {'real' if '[real' in nodeid else 'embedded'}"
        return next((each for each in TOGETHER if path.startswith(each)), path)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByServers:
    """How `-n` deals out the tests."""
    return ByServers(config, log)


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

"""A real server for as long as a fixture lasts."""

from collections.abc import Iterator
from typing import TypeVar

import pytest

from tests.support.postgres import PostgresServer
from tests.support.programs import ProgramFailed, ProgramMissing, skip_or_fail
from tests.support.rabbitmq import RabbitServer

Server = TypeVar("Server", PostgresServer, RabbitServer)


def running(kind: type[Server]) -> Iterator[Server]:
    """Start one, give it, close it; skip where its program is missing, fail if it won't start."""
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

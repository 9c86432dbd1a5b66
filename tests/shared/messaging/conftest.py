"""Places to travel between: embedded always, PostgreSQL and RabbitMQ where installed."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from shared.contracts.message import SERVICES
from shared.database import Database
from shared.messaging import topology
from shared.messaging.broker import connect
from tests.shared.messaging.travel import Fake, Place, prepare
from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer
from tests.support.running_servers import running

KINDS = ["embedded", pytest.param("real", marks=pytest.mark.real)]


@pytest.fixture(scope="package")
def rabbitmq() -> Iterator[RabbitServer]:
    """A broker of these tests' own: they delete queues, fill them, and kill it."""
    yield from running(RabbitServer)


@pytest.fixture
def clock() -> Fake:
    return Fake()


@pytest.fixture(params=KINDS)
def database(request, tmp_path) -> Iterator[Database]:
    """One service's database with the tables of messaging."""
    yield from _database(request, tmp_path, "hearer")


@pytest.fixture(params=KINDS)
def place(request, tmp_path) -> Iterator[Place]:
    """Two databases and a broker with the whole topology, empty."""
    yield from _place(request, tmp_path)


@pytest.fixture
def real_place(request, tmp_path) -> Iterator[Place]:
    """The same, on PostgreSQL and RabbitMQ alone; for tests marked real."""
    request.param = "real"
    yield from _place(request, tmp_path)


def _place(request, tmp_path) -> Iterator[Place]:
    makers = [_database(request, tmp_path, name) for name in ("teller", "hearer")]
    teller, hearer = (next(maker) for maker in makers)
    yield Place(teller, hearer, _broker(request, tmp_path))
    for maker in makers:
        next(maker, None)


def _database(request, tmp_path, name: str) -> Iterator[Database]:
    if request.param == "embedded":
        database = Database(f"sqlite:///{tmp_path}/{name}.sqlite")
        prepare(database)
        yield database
        database.dispose()
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    unique = f"{name}_{uuid4().hex[:8]}"
    database = Database(postgres.create_database(unique))
    prepare(database)
    yield database
    database.dispose()
    postgres.drop_database(unique)


def _broker(request, tmp_path) -> str:
    if request.param == "embedded":
        url = f"embedded://{tmp_path}/broker.sqlite"
        topology.declare(url)
        return url
    rabbitmq: RabbitServer = request.getfixturevalue("rabbitmq")
    topology.declare(rabbitmq.url)
    empty(rabbitmq.url)
    return rabbitmq.url


def empty(broker_url: str) -> None:
    """Purge what another test left; deleting queues for each test confuses RabbitMQ 3.10."""
    with connect(broker_url) as connection, connection.channel() as channel:
        for hearer in SERVICES:
            for queue in topology.queues_of(hearer):
                channel.queue_purge(queue)
                channel.queue_purge(topology.dead_letter_queue_of(queue))

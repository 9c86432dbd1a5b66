"""P6: what grows with the rows, and what must not: lists, rosters, seats and search."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import httpx

from bench import growing
from bench.effort import Effort
from bench.results import Result, percentile, result
from bench.serving import gunicorn, postgres
from shared.database import Database, run_migrations
from tests.support.postgres import PostgresServer

FEW, MANY = 1_000, 100_000
ASKED = 200
API = "/events/api/v1/workshops"
ROWS: Mapping[str, str] = {"events": growing.EVENTS, "members": growing.MEMBERS}
PATHS: Mapping[str, Mapping[str, str]] = {
    "events": {
        "roster, first page": f"{API}/{growing.ROSTER}/registrations?limit=50",
        "roster of a waiting list, first page": f"{API}/{growing.LINE}/registrations?limit=50",
        "list of workshops by API": f"{API}?limit=50",
        "page of workshops to come": "/events/workshops",
        "seats": f"{API}/{growing.ROSTER}/seats",
    },
    "members": {
        "list of organisations": "/members/api/v1/organisations?limit=50",
        "search of organisations": f"/members/api/v1/organisations?limit=50&q={growing.NEEDLE}",
    },
}
MIDDLES: Mapping[str, Mapping[str, str]] = {
    "events": {
        "roster, a page in the middle": f"{API}/{growing.ROSTER}/registrations",
        "roster of a waiting list, a page in the middle": f"{API}/{growing.LINE}/registrations",
    },
    "members": {},
}


@dataclass(frozen=True)
class Side:
    """A service on its own database with so many rows."""

    client: httpx.Client
    count: int

    def milliseconds(self, path: str) -> float:
        """What one request takes."""
        began = time.perf_counter()
        self.client.get(path).raise_for_status()
        return (time.perf_counter() - began) * 1000

    def middle(self, path: str) -> str:
        """The page of 50 after half of the rows, found by turning pages."""
        page = f"{path}?limit=500"
        for _ in range(max(1, self.count // 1000)):
            page = self.client.get(page).raise_for_status().json()["next"]
        return page.replace("limit=500", "limit=50")


@contextmanager
def _side(server: PostgresServer, folder: Path, service: str, count: int) -> Iterator[Side]:
    url = server.create_database(f"bench_{service}_{count}")
    database = Database(url)
    run_migrations(database, import_module(f"services.{service}.app").MIGRATIONS)
    growing.grow(database, ROWS[service], count)
    headers = growing.operator_headers(database)
    variables = {
        "PLENARY_SECRET_KEY": "s" * 32,
        "PLENARY_BROKER_URL": "amqp://nowhere",
        f"PLENARY_{service.upper()}_DATABASE_URL": url,
        "PLENARY_LOG_LEVEL": "WARNING",
    }
    app, ready = f"services.__main__:web_app('{service}')", f"/{service}/readyz"
    with (
        gunicorn(app, variables, folder, ready=ready) as address,
        httpx.Client(base_url=address, headers=headers, timeout=60) as client,
    ):
        yield Side(client, count)
    database.dispose()


def measure(effort: Effort) -> Iterator[Result]:
    """p95 in ms of one client's requests at 100,000 rows beside the same at 1,000, in turn."""
    with tempfile.TemporaryDirectory() as name, postgres() as server:
        for service in ROWS:
            with ExitStack() as stack:
                few, many = (
                    stack.enter_context(_side(server, Path(name), service, count))
                    for count in (FEW, effort.count(MANY))
                )
                for what, path in PATHS[service].items():
                    yield _compare(what, (few, path), (many, path), effort)
                for what, path in MIDDLES[service].items():
                    middles = (few, few.middle(path)), (many, many.middle(path))
                    yield _compare(what, *middles, effort)


def _compare(what: str, few: tuple[Side, str], many: tuple[Side, str], effort: Effort) -> Result:
    late: list[list[float]] = [[], []]
    for _ in range(effort.rounds):
        took: list[list[float]] = [[], []]
        for _ in range(effort.count(ASKED)):
            for found, (side, path) in zip(took, (few, many), strict=True):
                found.append(side.milliseconds(path))
        for found, times in zip(late, took, strict=True):
            found.append(percentile(times, 0.95))
    name = f"{what}, {many[0].count:,} rows, p95"
    limit = f"the same with {few[0].count:,} rows"
    return result(name, late[1], "ms", limit=limit, limits=late[0])

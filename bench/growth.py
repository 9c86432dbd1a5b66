"""P6: what grows with the rows, and what must not: lists, rosters, seats and search."""

import base64
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from bench import growing
from bench.effort import Effort
from bench.results import Result, percentile, result
from bench.serving import gunicorn, postgres
from shared.database import Database
from shared.migrating import run_migrations
from tests.support.postgres import PostgresServer

FEW, MANY = 1_000, 100_000
ASKED = 100
API = "/events/api/v1/workshops"
ROWS: Mapping[str, str] = {"events": growing.EVENTS, "members": growing.MEMBERS}
PATHS: Mapping[str, Mapping[str, str]] = {
    "events": {
        "roster": f"{API}/{growing.ROSTER}/registrations?limit=50",
        "roster of a waiting list": f"{API}/{growing.LINE}/registrations?limit=50",
        "list of workshops by API": f"{API}?limit=50",
        "page of workshops to come": "/events/workshops",
        "page of an organizer's roster": f"/events/manage/{growing.ROSTER}/people",
        "seats": f"{API}/{growing.ROSTER}/seats",
    },
    "members": {
        "list of organisations": "/members/api/v1/organisations?limit=50",
        **{
            f"search of {what} for {which}": f"/members/api/v1/{what}?limit=50&q={quote(word)}"
            for what, which, word in growing.SEARCHES
        },
    },
}
# What the cursor of a first page's end names, and what it names halfway.
Halfway = Callable[[Mapping[str, Any], int], tuple[str, str]]


def _halfway_guest(*, waits: bool) -> Halfway:
    return lambda last, count: (last["id"], growing.registration_id(count // 2, waits=waits))


def _halfway_organisation(last: Mapping[str, Any], _: int) -> tuple[str, str]:
    """Their names begin with a random number of base 16."""
    return last["names"]["en"].lower(), "8"


MIDDLES: Mapping[str, Mapping[str, Halfway]] = {
    "events": {
        "roster": _halfway_guest(waits=False),
        "roster of a waiting list": _halfway_guest(waits=True),
    },
    "members": {"list of organisations": _halfway_organisation},
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

    def middle(self, path: str, halfway: Halfway) -> str:
        """The page after half of the rows."""
        first = self.client.get(path).raise_for_status().json()
        cursor = parse_qs(urlsplit(first["next"]).query)["cursor"][0]
        before, after = halfway(first["items"][-1], self.count)
        named = base64.urlsafe_b64decode(cursor).decode()
        assert before in named, "a cursor does not name its row any more"
        moved = named.replace(before, after).encode()
        return f"{path}&cursor={base64.urlsafe_b64encode(moved).decode()}"


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
    """p50 and p95 in ms of one client: 100,000 rows beside 1,000, in turn."""
    with tempfile.TemporaryDirectory() as name, postgres() as server:
        for service in ROWS:
            with ExitStack() as stack:
                few, many = (
                    stack.enter_context(_side(server, Path(name), service, count))
                    for count in (FEW, effort.count(MANY))
                )
                for what, path in PATHS[service].items():
                    yield from _compare(what, (few, path), (many, path), effort=effort)
                for what, halfway in MIDDLES[service].items():
                    path = PATHS[service][what]
                    middles = ((side, side.middle(path, halfway)) for side in (few, many))
                    yield from _compare(f"{what}, a page in the middle", *middles, effort=effort)


def _compare(
    what: str, few: tuple[Side, str], many: tuple[Side, str], *, effort: Effort
) -> Iterator[Result]:
    shares = (0.5, 0.95)
    found_at: dict[float, list[list[float]]] = {share: [[], []] for share in shares}
    for _ in range(effort.rounds):
        took: list[list[float]] = [[], []]
        for _ in range(effort.count(ASKED)):
            for found, (side, path) in zip(took, (few, many), strict=True):
                found.append(side.milliseconds(path))
        for share, late in found_at.items():
            for found, times in zip(late, took, strict=True):
                found.append(percentile(times, share))
    limit = f"the same with {few[0].count:,} rows"
    for share, late in found_at.items():
        name = f"{what}, {many[0].count:,} rows, p{share * 100:.0f}"
        yield result(name, late[1], "ms", limit=limit, limits=late[0])

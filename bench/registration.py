"""P1, P2, P10: registration by HTTP with everything on, spread and on one hot workshop."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bench.effort import Effort
from bench.limits import bare_app
from bench.results import Result, result
from bench.serving import Measured, gunicorn, load, postgres
from services.events.actions.scheduling import create_workshop, publish
from services.events.app import MIGRATIONS
from services.events.model import OrganisationCopy
from services.events.queries.auditing import false_ledgers
from shared.database import Database
from shared.foundation.ids import new_id
from shared.migrating import run_migrations
from tests.support.postgres import PostgresServer
from tests.support.running import eventually

SECONDS = 5
WORKSHOPS = 1000
LIMIT = "R: bare Flask, one statement"
SEATS = 500
SURGE_CLIENTS = 32
SURGE_PAUSE_MS = 130
DIET = {
    "key": "diet",
    "kind": "text",
    "labels": {"en": "Diet"},
    "hints": {},
    "options": [],
    "is_required": False,
    "shown_if": None,
}
# Messages are numbered as they commit: a place further behind is told later.
LEDGER = text(
    """
    SELECT l.confirmed, l.waiting, count(DISTINCT r.queue_number) AS numbers,
        COALESCE(bool_and(r.is_behind), true) AS is_in_order
    FROM seat_ledgers l
    LEFT JOIN (
        SELECT r.workshop_id, r.queue_number, r.queue_number > COALESCE(
            lag(r.queue_number) OVER (PARTITION BY r.workshop_id ORDER BY o.number), 0
        ) AS is_behind
        FROM registrations r JOIN outbox o ON o.subject = r.id
        WHERE r.state = 'waiting'
    ) r USING (workshop_id)
    WHERE l.capacity = :seats
    GROUP BY l.workshop_id, l.confirmed, l.waiting
    """
)


def _workshops(database: Database, count: int, seats: int) -> list[str]:
    now = datetime.now(UTC)
    starts_at = now + timedelta(days=30)
    with database.writing() as session:
        host = OrganisationCopy(
            id=new_id(), version=1, names={"en": "The host"}, kind="alliance", economy="TW"
        )
        session.add(host)
        values = {
            "summary": {},
            "kind": "workshop",
            "host_id": host.id,
            "course_id": None,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=4),
            "time_zone": "Asia/Taipei",
            "venue": {"mode": "online"},
            "capacity": seats,
            "opens_at": None,
            "closes_at": None,
            "mode": "open",
            "form": [DIET],
            "languages": ["en"],
            "visibility": "public",
        }
        made = [
            create_workshop(session, values | {"titles": {"en": f"W{n}"}}, actor="bench", now=now)
            for n in range(count)
        ]
        for workshop in made:
            publish(session, workshop, actor="bench", now=now)
    return [f"/events/api/v1/workshops/{each.id}/registrations" for each in made]


@contextmanager
def events_on(server: PostgresServer, folder: Path) -> Iterator[tuple[Database, str]]:
    """The events service on a fresh database, and its address."""
    url = server.create_database("bench_events")
    database = Database(url)
    run_migrations(database, MIGRATIONS)
    variables = {
        "PLENARY_SECRET_KEY": "s" * 32,
        "PLENARY_BROKER_URL": "amqp://nowhere",
        "PLENARY_EVENTS_DATABASE_URL": url,
        "PLENARY_LOG_LEVEL": "WARNING",
    }
    with gunicorn(
        "services.__main__:web_app('events')", variables, folder, ready="/events/readyz"
    ) as address:
        yield database, address
    database.dispose()


def _wal(database: Database) -> int:
    with database.reading() as session:
        query = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
        return int(session.scalar(text(query)) or 0)


def measure(effort: Effort) -> Iterator[Result]:
    """Ours and the limit in turn, at 8 and 32 clients, spread and hot; then a surge.

    per second beside limit R; p99 in ms beside the limit's; WAL in bytes a registration.
    """
    with tempfile.TemporaryDirectory() as name, postgres() as server:
        folder = Path(name)
        bare_url = server.create_database("bench_bare")
        bare_app.prepare(bare_url)
        bare_paths = folder / "bare-paths"
        bare_paths.write_text("\n".join(f"/workshops/{n}/registrations" for n in range(WORKSHOPS)))
        with (
            events_on(server, folder) as (database, ours),
            gunicorn(
                "bench.limits.bare_app:make()",
                {"BARE_DATABASE_URL": bare_url},
                folder,
                ready="/hello",
                is_limit=True,
            ) as bare,
        ):
            paths = folder / "paths"
            paths.write_text("\n".join(_workshops(database, WORKSHOPS, 100_000)))
            for clients in (8, 32):
                for hot in (False, True):
                    sides = ((ours, paths), (bare, bare_paths))
                    yield from _compare(*sides, clients=clients, hot=hot, effort=effort)
            yield _cost(database, ours, paths, effort.seconds(SECONDS))
            yield from _surge(database, ours, folder, effort)
            # The load hangs up on requests that are still at work.
            with database.reading() as session:
                eventually(lambda: not false_ledgers(session))


def _compare(
    ours: tuple[str, Path], bare: tuple[str, Path], *, clients: int, hot: bool, effort: Effort
) -> Iterator[Result]:
    own: list[Measured] = []
    limit: list[Measured] = []
    seconds = effort.seconds(SECONDS)
    for _ in range(effort.rounds):
        for (address, paths), found in ((ours, own), (bare, limit)):
            found.append(load(address, paths=paths, clients=clients, seconds=seconds, hot=hot))
    assert not sum(each.errors for each in own), "a registration was refused"
    where = "one hot workshop" if hot else "1,000 workshops"
    name = f"registration, {where}, {clients} clients"
    rates, limits = ([each.per_second for each in side] for side in (own, limit))
    yield result(name, rates, "per second", limit=LIMIT, limits=limits)
    late, limits = ([each.p99 for each in side] for side in (own, limit))
    yield result(f"{name}, p99", late, "ms", limit=LIMIT, limits=limits)


def _cost(database: Database, ours: str, paths: Path, seconds: int) -> Result:
    before = _wal(database)
    done = load(ours, paths=paths, clients=8, seconds=seconds)
    each = (_wal(database) - before) / (done.per_second * seconds)
    return result("WAL of a registration", [each], "bytes")


def _surge(database: Database, ours: str, folder: Path, effort: Effort) -> Iterator[Result]:
    """10,000 attempts on 500 seats within a minute: 500 have one, the others a place each."""
    path = folder / "surge"
    path.write_text(_workshops(database, 1, SEATS)[0])
    seconds = effort.seconds(60)
    done = load(
        ours, paths=path, clients=SURGE_CLIENTS, seconds=seconds, hot=True, pause_ms=SURGE_PAUSE_MS
    )
    assert not done.errors, f"{done.errors} attempts of a surge were refused"
    with database.reading() as session:
        eventually(lambda: not false_ledgers(session))
        found = session.execute(LEDGER, {"seats": SEATS}).one()
    attempts = found.confirmed + found.waiting
    assert found.confirmed == min(SEATS, attempts), f"{found.confirmed} of {SEATS} seats were given"
    assert found.numbers == found.waiting, "a place in line is missing or given twice"
    assert found.is_in_order, "somebody passed by somebody who came before"
    name = f"surge on {SEATS} seats"
    yield result(f"{name}, attempts in {seconds} s", [attempts], "attempts")
    yield result(f"{name}, p99", [done.p99], "ms")

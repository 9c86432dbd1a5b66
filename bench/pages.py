"""P7: the public pages with the demo's data, on gunicorn and PostgreSQL, beside bare Flask."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from bench.effort import Effort
from bench.registration import events_on
from bench.results import Result, result
from bench.serving import Measured, gunicorn, load, postgres
from services.demo.first_start import Demo
from services.events import reactions
from services.events.model import Session as Sitting
from services.events.model import Workshop
from services.members.app import MIGRATIONS
from shared.contracts.message import MESSAGES
from shared.database import Database
from shared.messaging.deliveries import Delivery
from shared.messaging.inbox import Inbox
from shared.messaging.pending import PostgresPending
from shared.migrating import run_migrations
from tests.support.postgres import PostgresServer

LIMIT = "bare Flask: hello"
CLIENTS = 8
SECONDS = 5


def _load_demo(server: PostgresServer, events: Database) -> None:
    """The demo in events, as the messages of members tell it."""
    members = Database(server.create_database("bench_members"))
    run_migrations(members, MIGRATIONS)
    inbox = Inbox(events, "events", reactions.REACTIONS)

    def pass_on() -> None:
        pending = PostgresPending(members)
        while told := pending.read(without=()):
            heard = [each for each in told if "events" in MESSAGES[each.type].hearers]
            inbox.hear([Delivery(each.envelope, "members", str(each.id)) for each in heard])
            pending.move([each.number for each in told])
        pending.close()

    Demo({"members": members, "events": events}, pass_on, "a password for the demo").load()
    members.dispose()


def _workshop_with_programme(database: Database) -> UUID:
    """The one to come that has sessions, talks and speakers."""
    query = select(Workshop.id).join(Sitting, Sitting.workshop_id == Workshop.id)
    with database.reading() as session:
        return session.scalars(query.where(Workshop.state == "published").limit(1)).one()


def measure(effort: Effort) -> Iterator[Result]:
    """Pages a second, and p99 in ms, of the list and of one workshop; in turn with hello."""
    with tempfile.TemporaryDirectory() as name, postgres() as server:
        folder = Path(name)
        variables = {"BARE_DATABASE_URL": server.url("postgres")}
        app = "bench.limits.bare_app:make()"
        with (
            events_on(server, folder) as (database, ours),
            gunicorn(app, variables, folder, ready="/hello", is_limit=True) as bare,
        ):
            _load_demo(server, database)
            workshop_id = _workshop_with_programme(database)
            paths = {
                "list of workshops": "/events/workshops",
                "page of a workshop": f"/events/workshops/{workshop_id}",
            }
            for what, path in paths.items():
                yield from _compare(what, f"{ours}{path}", f"{bare}/hello", effort)


def _compare(what: str, ours: str, bare: str, effort: Effort) -> Iterator[Result]:
    own: list[Measured] = []
    limit: list[Measured] = []
    for _ in range(effort.rounds):
        for address, found in ((ours, own), (bare, limit)):
            found.append(load(address, clients=CLIENTS, seconds=effort.seconds(SECONDS)))
    assert not sum(each.errors for each in own), "a page was refused"
    rates, limits = ([each.per_second for each in side] for side in (own, limit))
    yield result(what, rates, "per second", limit=LIMIT, limits=limits)
    late, limits = ([each.p99 for each in side] for side in (own, limit))
    yield result(f"{what}, p99", late, "ms", limit=LIMIT, limits=limits)

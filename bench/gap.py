"""The talent gap of 3,000 companies with 100,000 lines of demand: taken, taken again, read."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text

from bench.effort import Effort
from bench.results import Result, percentile, result
from bench.serving import postgres
from services.members.actions.inventorying.making import take_inventory
from services.members.app import MIGRATIONS
from services.members.model import GapCell, GapSnapshot, Organisation
from services.members.model.gap import VIEWS
from services.members.queries.gaps import cells_of
from shared.database import Database
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.migrating import run_migrations

LINES: Final = 100_000
A_COMPANY: Final = 33
"""Lines of each."""
ASKED: Final = 200
NOW: Final = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ROWS: Final = """
INSERT INTO organisations
    (id, version, names, search_key, sort_key, kind, sector, created_at)
SELECT md5('o' || n)::uuid, 1, jsonb_build_object('en', 'O' || n), 'o' || n, 'o' || n,
    CASE WHEN n = 0 THEN 'alliance' WHEN n <= 6 THEN 'association' ELSE 'company' END,
    'sector ' || n % 6, now()
FROM generate_series(0, 6 + :companies) n;

INSERT INTO memberships (id, version, member_id, host_id, type, state, starts_on, created_at)
SELECT gen_random_uuid(), 1, md5('o' || n)::uuid,
    md5('o' || CASE WHEN n <= 6 THEN 0 ELSE 1 + n % 6 END)::uuid, 'member', 'active',
    date '2026-01-01', now()
FROM generate_series(1, 6 + :companies) n;

INSERT INTO capability_frameworks
    (id, version, organisation_id, number, state, names, created_at, published_at)
VALUES (md5('f')::uuid, 1, md5('o0')::uuid, 1, 'published', '{}', now(), now());

INSERT INTO capabilities (id, version, organisation_id, framework_id, lineage_id, root, code, names,
    texts, levels, created_at)
SELECT md5('c' || n)::uuid, 1, md5('o0')::uuid, md5('f')::uuid, md5('l' || n)::uuid, 'technology',
    'TE-' || n, '{"en": "Capability"}', '{}', '[]', now()
FROM generate_series(1, 16) n;

INSERT INTO demand_rounds (id, version, organisation_id, framework_id, state, titles, texts,
    capability_ids, quarters, closes_at, time_zone, reminder_days, is_asked, created_at)
SELECT md5('r' || n)::uuid, 1, md5('o' || n)::uuid, md5('f')::uuid, 'closed', '{}', '{}',
    (SELECT jsonb_agg(id) FROM capabilities), 4, now(), 'Asia/Taipei', '[]', true,
    timestamptz '2026-04-10'
FROM generate_series(1, 6) n;

INSERT INTO demand_answers
    (id, version, round_id, organisation_id, company_id, state, reason, asked_at)
SELECT md5('a' || n)::uuid, 1, md5('r' || 1 + n % 6)::uuid, md5('o' || 1 + n % 6)::uuid,
    md5('o' || n)::uuid, 'accepted', '', now()
FROM generate_series(7, 6 + :companies) n;

INSERT INTO demand_lines (answer_id, capability_id, staff_level, job_kind, quarter, headcount)
SELECT md5('a' || n)::uuid, md5('c' || 1 + cell % 16)::uuid,
    (ARRAY['executive', 'manager', 'specialist', 'technician'])[1 + cell / 16 % 4],
    (ARRAY['augmented', 'hybrid', 'transformed'])[1 + cell / 64 % 3], 1 + cell / 192,
    1 + (n * 31 + line * 17) % 20
FROM generate_series(7, 6 + :companies) n, generate_series(0, :lines - 1) line,
    LATERAL (SELECT (n / 6 * 7 + line * 23 + n % 6 * 5) % 768 AS cell) place;
"""
SOME_CHANGE: Final = "UPDATE demand_lines SET headcount = headcount + 1 WHERE quarter = 2"


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(effort: Effort) -> Iterator[Result]:
    """Seconds of the first snapshot and of the next ones; p95 in ms of reading a view's cells."""
    companies = effort.count(LINES) // A_COMPANY + 1
    with postgres() as server:
        first, later = [], []
        for number in range(effort.rounds):
            database = Database(server.create_database(f"bench_gap_{number}"))
            run_migrations(database, MIGRATIONS)
            with database.writing() as session:
                for statement in ROWS.split(";\n"):
                    counts = {"companies": companies, "lines": A_COMPANY}
                    session.execute(text(statement), counts)
            with database.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.exec_driver_sql("ANALYZE")
            first.append(_seconds(lambda: _take(database)))  # noqa: B023
            with database.writing() as session:
                session.execute(text(SOME_CHANGE))
            later.append(_seconds(lambda: _take(database)))  # noqa: B023
        lines = f"{companies * A_COMPANY:,} lines"
        yield result(f"first snapshot of the gap, {lines}", first, "s")
        yield result(f"next snapshot after a quarter of them changed, {lines}", later, "s")
        yield result(f"cells of a view read, {lines}, p95", _reads(database, effort), "ms")


def _take(database: Database) -> None:
    with database.writing() as session:
        alliance = session.scalars(select(Organisation).where(Organisation.kind == "alliance"))
        take_inventory(session, alliance.one(), actor="bench", now=NOW + timedelta(days=1))


def _reads(database: Database, effort: Effort) -> list[float]:
    """As an association's focal point, the views in turn, up to 500 cells of each."""
    late = []
    with database.reading() as session:
        association = session.scalars(
            select(Organisation.id).where(Organisation.kind == "association").limit(1)
        ).one()
        grants = (Grant(Role.FOCAL_POINT, association, True),)
        asker = Asker(Identity(new_id(), new_id(), "", "", "en", grants))
        last = select(GapSnapshot).order_by(GapSnapshot.number.desc()).limit(1)
        snapshot = session.scalars(last).one()
        for _ in range(effort.rounds):
            took = []
            for number in range(ASKED):
                view = ",".join(VIEWS[number % len(VIEWS)])

                def read(view: str = view) -> None:
                    query = cells_of(session, snapshot, asker, view, {})
                    session.scalars(query.order_by(GapCell.number).limit(500)).all()

                took.append(_seconds(read) * 1000)
            late.append(percentile(took, 0.95))
    return late

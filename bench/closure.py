"""The organisation tree at work: what a focal point asks, of 1,000 people and of 100,000.

Six associations of one alliance; a company for every ten people, every third one in two
associations; everybody works for a company.
"""

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench import growing
from bench.effort import Effort
from bench.results import Result, percentile, result
from bench.serving import postgres
from services.members.app import MIGRATIONS
from services.members.model import Membership, Person
from services.members.queries.organisations import memberships_for
from services.members.queries.people import get_managed_person, people_for
from services.members.queries.scopes import ancestors_of, below, may_manage
from shared.database import Database
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.migrating import run_migrations

FEW, MANY = 1_000, 100_000
ASKED: Final = 40
TODAY: Final = date(2026, 5, 4)

ROWS: Final = """
INSERT INTO organisations (id, version, names, search_key, sort_key, kind, created_at)
SELECT md5('o' || n)::uuid, 1, jsonb_build_object('en', 'O' || n), 'o' || n, 'o' || n,
    CASE WHEN n = 0 THEN 'alliance' WHEN n <= 6 THEN 'association' ELSE 'company' END, now()
FROM generate_series(0, 6 + :count / 10) n;

INSERT INTO memberships (id, version, member_id, host_id, type, state, starts_on, created_at)
SELECT gen_random_uuid(), 1, md5('o' || n)::uuid, md5('o0')::uuid, 'member', 'active',
    date '2026-01-01', now()
FROM generate_series(1, 6) n
UNION ALL
SELECT gen_random_uuid(), 1, md5('o' || n)::uuid, md5('o' || (1 + (n + k) % 6))::uuid, 'member',
    'active', date '2026-01-01', now()
FROM generate_series(7, 6 + :count / 10) n, generate_series(0, 1) k
WHERE k = 0 OR n % 3 = 0;

INSERT INTO people (id, version, names, search_key, sort_key, is_bouncing, locale, time_zone,
    has_account, created_at)
SELECT md5('p' || n)::uuid, 1, '[]', md5(n::text), md5(n::text), false, 'en', 'UTC', false, now()
FROM generate_series(1, :count) n;

INSERT INTO affiliations (id, version, person_id, organisation_id, title)
SELECT gen_random_uuid(), 1, md5('p' || n)::uuid, md5('o' || (7 + n % (:count / 10)))::uuid, ''
FROM generate_series(1, :count) n;
"""


def _id(session: Session, name: str) -> UUID:
    found: UUID = session.scalar(text("SELECT CAST(md5(:name) AS uuid)"), {"name": name})
    return found


def _asks(session: Session, count: int) -> dict[str, Callable[[], Any]]:
    association, company = _id(session, "o1"), _id(session, f"o{6 + count // 10 // 6 * 6}")
    grants = (Grant(Role.FOCAL_POINT, association, True),)
    asker = Asker(Identity(new_id(), new_id(), "", "", "en", grants))
    people = people_for(asker, today=TODAY)
    person_id = session.scalars(people.with_only_columns(Person.id).limit(1)).one()
    page = people.order_by(Person.sort_key, Person.id).limit(50)
    memberships = memberships_for(asker).order_by(Membership.id.desc()).limit(50)
    under = below([association]).subquery()
    return {
        "first page of a focal point's people": lambda: session.scalars(page).all(),
        "one of a focal point's people": lambda: get_managed_person(
            session, person_id, asker, today=TODAY
        ),
        "first page of a focal point's memberships": lambda: session.scalars(memberships).all(),
        "whether a company is in the subtree": lambda: may_manage(session, asker, company),
        "what a company belongs to": lambda: ancestors_of(session, company),
        "all that is below an association": lambda: session.scalar(
            select(func.count()).select_from(under)
        ),
    }


def _milliseconds(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def measure(effort: Effort) -> Iterator[Result]:
    """p95 in ms of each question at 100,000 people beside the same at 1,000, in turn."""
    with postgres() as server:
        sides = []
        for count in (FEW, effort.count(MANY)):
            database = Database(server.create_database(f"bench_closure_{count}"))
            run_migrations(database, MIGRATIONS)
            growing.grow(database, ROWS, count)
            sides.append((database, count))
        with sides[0][0].reading() as small, sides[1][0].reading() as large:
            few, many = _asks(small, FEW), _asks(large, sides[1][1])
            for what in few:
                yield _compare(what, few[what], many[what], sides[1][1], effort)
        for database, _ in sides:
            database.dispose()


def _compare(
    what: str, few: Callable[[], Any], many: Callable[[], Any], count: int, effort: Effort
) -> Result:
    late: list[list[float]] = [[], []]
    for _ in range(effort.rounds):
        took: list[list[float]] = [[], []]
        for _ in range(ASKED):
            for found, ask in zip(took, (few, many), strict=True):
                found.append(_milliseconds(ask))
        for found, times in zip(late, took, strict=True):
            found.append(percentile(times, 0.95))
    name = f"{what}, {count:,} people, p95"
    return result(name, late[1], "ms", limit=f"the same with {FEW:,}", limits=late[0])

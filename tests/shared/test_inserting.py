"""Many rows at once: as they were given, all or none, on either database."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Conventions, Database
from shared.inserting import FEW, insert_many

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
NAMES = ("plain", "", "tab\there", "line\nbreak", "back\\slash", "\\N", "淨零", '"quoted"', "a,b")


class Base(Conventions, DeclarativeBase):
    """The test's own."""


class Thing(Base):
    """Of every kind of column."""

    __tablename__ = "things"
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str]
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="new")


MANY = FEW + len(NAMES)


def rows(count=MANY):
    return [
        {
            "id": uuid4(),
            "name": NAMES[place % len(NAMES)],
            "facts": {"name": NAMES[place % len(NAMES)], "n": place, "none": None, "list": [1]},
            "at": None if place % 2 else NOW,
        }
        for place in range(count)
    ]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def database(request, tmp_path):
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/things.db")
    else:
        server = request.getfixturevalue("postgres")
        made = Database(server.create_database(f"things_{uuid4().hex}"))
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, 3 * FEW])
def test_they_are_read_as_they_were_given_and_the_rest_has_its_default(database, count):
    given = rows(count)

    with database.writing() as session:
        insert_many(session, Thing.__table__, given)

    with database.reading() as session:
        found = session.scalars(select(Thing).order_by(Thing.number)).all()
    kept = [{"id": t.id, "name": t.name, "facts": t.facts, "at": t.at} for t in found]
    assert kept == given
    assert {each.state for each in found} <= {"new"}


def test_one_that_the_database_refuses_leaves_none(database):
    given = rows()
    given[-1]["id"] = given[0]["id"]

    with pytest.raises(IntegrityError), database.writing() as session:
        insert_many(session, Thing.__table__, given)

    with database.writing() as session:
        assert session.scalar(select(Thing).limit(1)) is None
        insert_many(session, Thing.__table__, rows())


def cut_and_insert(database):
    with database.writing() as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        with database.reading() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        insert_many(session, Thing.__table__, rows())


@pytest.mark.real
def test_a_connection_that_is_cut_is_an_outage(postgres):
    made = Database(postgres.create_database(f"things_{uuid4().hex}"), pool_size=1)
    Base.metadata.create_all(made.engine)

    with pytest.raises(OperationalError) as raised:
        cut_and_insert(made)

    assert raised.value.connection_invalidated
    with made.writing() as session:
        insert_many(session, Thing.__table__, rows())
    made.dispose()

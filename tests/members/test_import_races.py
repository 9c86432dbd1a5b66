"""Imports on PostgreSQL: read by COPY, applied once whoever goes on at the same moment."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.members.actions.imports import applying, previewing
from services.members.actions.imports.forgetting import forget_old_imports
from services.members.actions.imports.previewing import Upload
from services.members.actions.imports.tables import open_table
from services.members.app import MIGRATIONS
from services.members.model import Import, ImportRow, Membership, Organisation
from shared.database import Database
from shared.foundation.identities import Role
from shared.migrating import run_migrations
from tests.members.builders import NOW, Clock, a_grant, an_account, an_asker, an_organisation
from tests.members.test_import_files import COMPANIES, a_csv, tax_numbers

pytestmark = pytest.mark.real
ROWS = 25
AT_ONCE = 4


@pytest.fixture
def file() -> bytes:
    return b""


@pytest.fixture
def database(postgres):
    name = f"members_{uuid4().hex[:8]}"
    made = Database(postgres.create_database(name))
    run_migrations(made, MIGRATIONS)
    yield made
    made.dispose()
    postgres.drop_database(name)


@pytest.fixture
def found(database, monkeypatch):
    """A previewed import, with texts that COPY must not misread."""
    monkeypatch.setattr(applying, "AT_ONCE", 3)
    with database.writing() as session:
        host = an_organisation(session, "The Association")
        person = an_account(session)
        a_grant(session, person, Role.OPERATOR)
        asker = an_asker(session, person)
        rows = [(number, f"第{number}\\n\"公司'", "") for number in tax_numbers(ROWS)]
        table = open_table("companies", "a.csv", a_csv([COMPANIES, *rows]))
        given = Upload(kind="companies", organisation=host, filename="a.csv", table=table)
        made = previewing.upload(session, given, asker=asker, now=NOW)
    return made, asker


def go_on_at_once(database, import_id):
    def go_on():
        has_more = True
        while has_more:
            with database.writing() as session:
                has_more = applying.go_on(session, import_id, now=NOW)

    threads = [threading.Thread(target=go_on) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_all_who_go_on_at_once_write_each_row_once_and_take_it_back(database, found):
    made, asker = found
    for ask, state in ((applying.ask_apply, "applied"), (applying.ask_revert, "reverted")):
        with database.writing() as session:
            again = session.get_one(Import, made.id)
            ask(session, again, asker=asker, now=NOW)
        go_on_at_once(database, made.id)

        with database.reading() as session:
            again = session.get_one(Import, made.id)
            assert (again.state, again.done_count, again.left_count) == (state, ROWS, 0)
    with database.reading() as session:
        count = select(func.count())
        assert session.scalar(count.select_from(Membership)) == ROWS
        assert session.scalar(count.where(Organisation.withdrawn_at.is_not(None))) == ROWS


def test_rows_are_kept_as_they_came(database, found):
    with database.reading() as session:
        row = session.scalars(select(ImportRow).order_by(ImportRow.number)).first()

    [number] = tax_numbers(1)
    assert row.cells == [number, f"第{number}\\n\"公司'", ""]
    assert (row.verdict, row.reasons, row.plan) == ("new", [], {})


def test_old_ones_are_forgotten(database, found):
    with database.writing() as session:
        forget_old_imports(session, Clock().forward(days=1))
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 0

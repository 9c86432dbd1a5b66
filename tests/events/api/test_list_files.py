"""A list without a sheet of its own as a file: all pages, a column for each field."""

import csv
import io

import pytest

from shared.web import list_files
from tests.events.builders import a_workshop, an_organisation

PATH = "/events/api/v1/workshops"


@pytest.fixture(autouse=True)
def workshops(database):
    with database.writing() as session:
        host = an_organisation(session)
        for title in ("=1+1", "淨零工作坊", "Third, and last"):
            a_workshop(
                session, host_id=host, titles={"en": title}, kind="meeting", languages=["en"]
            )
        a_workshop(session, host_id=host, titles={"en": "No meeting"})


def table(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_it_has_the_rows_of_every_page_of_the_filters(client, monkeypatch):
    monkeypatch.setattr(list_files, "LARGEST_PAGE", 2)

    rows = table(client.get(f"{PATH}?kind=meeting&format=csv"))

    titles = ["'=1+1", "淨零工作坊", "Third, and last"]
    assert sorted(row["titles.en"] for row in rows) == sorted(titles)
    assert {row["titles.zh-Hant"] for row in rows} == {""}
    assert {row["venue.mode"] for row in rows} == {"online"}
    assert {row["languages"] for row in rows} == {'["en"]'}
    assert {row["starts_at"][-1] for row in rows} == {"Z"}


def test_it_is_had_by_accept_too(client):
    assert len(table(client.get(PATH, headers={"Accept": "text/csv"}))) == 4


@pytest.mark.parametrize(
    ("query", "pointer"), [("format=pdf", "/format"), ("format=csv&cursor=x", "/cursor")]
)
def test_what_a_file_cannot_be_is_refused(client, query, pointer):
    answer = client.get(f"{PATH}?{query}")

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]


def test_it_shows_what_the_asker_may_see_alone(client, database):
    with database.writing() as session:
        a_workshop(session, titles={"en": "Members only"}, visibility="members")

    rows = table(client.get(f"{PATH}?format=csv"))

    assert "Members only" not in {row["titles.en"] for row in rows}

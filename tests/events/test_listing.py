"""The public front, the list with its filters, the month and the page of a host, to a guest."""

from datetime import timedelta

import pytest

from services.events.app import create_app
from services.events.settings import EventsSettings
from tests.events.builders import IN_A_MONTH, NOW, a_draft, a_workshop, an_organisation


@pytest.fixture
def client(database):
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    return create_app(settings, database, clock=lambda: NOW).test_client()


@pytest.fixture
def host(database):
    with database.writing() as session:
        host = an_organisation(session, "Talent Alliance", kind="alliance")
        a_workshop(session, host_id=host, titles={"en": "Open to all"}, languages=["en"])
        a_workshop(
            session,
            host_id=host,
            titles={"zh-Hant": "碳盤查"},
            languages=["zh-Hant"],
            kind="meeting",
        )
        a_draft(session, host_id=host, titles={"en": "Not yet"})
        a_workshop(session, host_id=host, titles={"en": "Members only"}, visibility="members")
        return host


def titles(page):
    known = ("Open to all", "碳盤查", "Not yet", "Members only")
    return [title for title in known if title in page.text]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Open to all", "碳盤查"]),
        ("?kind=meeting", ["碳盤查"]),
        ("?language=en", ["Open to all"]),
        ("?economy=TW&kind=workshop", ["Open to all"]),
        ("?economy=JP", ["Open to all", "碳盤查"]),
        ("?when=past", []),
        ("?view=month&month=2026-04", ["Open to all", "碳盤查"]),
        ("?view=month&month=2026-05", []),
        ("?view=month&month=2026-04&language=zh-Hant", ["碳盤查"]),
    ],
)
@pytest.mark.usefixtures("host")
def test_a_guest_finds_what_is_public_by_kind_economy_language_and_month(client, query, shown):
    assert titles(client.get(f"/events/workshops{query}")) == shown


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "9999-99", "x", "0001-01", "9999-12"])
@pytest.mark.usefixtures("host")
def test_a_month_that_there_is_not_is_answered_with_a_page(client, month):
    assert (
        client.get("/events/workshops", query_string={"view": "month", "month": month}).status_code
        == 200
    )


def test_the_front_page_shows_what_comes_next_and_who_holds_it(client, host):
    page = client.get("/events/")

    assert titles(page) == ["Open to all", "碳盤查"]
    assert f"/events/hosts/{host}" in page.text


def test_a_host_is_shown_with_its_public_workshops_and_others_are_not_there(client, database, host):
    with database.writing() as session:
        silent = an_organisation(session, "Says nothing")

    assert titles(client.get(f"/events/hosts/{host}")) == ["Open to all", "碳盤查"]
    assert client.get(f"/events/hosts/{silent}").status_code == 404


def test_a_workshop_late_in_its_month_at_the_venue_is_in_that_month(client, database):
    with database.writing() as session:
        begins = IN_A_MONTH.replace(month=4, day=30, hour=17)
        a_workshop(
            session,
            titles={"en": "Open to all"},
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
        )

    assert titles(client.get("/events/workshops?view=month&month=2026-05")) == ["Open to all"]
    assert titles(client.get("/events/workshops?view=month&month=2026-04")) == []


def test_the_styleguide_is_closed_unless_a_setting_opens_it(client):
    assert client.get("/events/styleguide").status_code == 404


def test_a_guest_who_comes_to_the_start_page_is_shown_the_front(client):
    assert client.get("/events/start").location == "/events/"


def test_the_longest_that_goes_on_still_is_to_come_and_not_past(client, database):
    week = timedelta(weeks=1)
    with database.writing() as session:
        for title, begins, ends in (
            ("Open to all", NOW - week, NOW + timedelta(hours=1)),
            ("碳盤查", NOW - 2 * week, NOW - 2 * week + timedelta(hours=2)),
        ):
            workshop = a_workshop(session, titles={"en": title})
            workshop.starts_at, workshop.ends_at = begins, ends

    found = [titles(client.get(f"/events/workshops{query}")) for query in ("", "?when=past")]

    assert found == [["Open to all"], ["碳盤查"]]

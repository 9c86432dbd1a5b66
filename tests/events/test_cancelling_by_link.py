"""A mailed link asks once before it cancels, and says what is lost."""

import re

import pytest
from sqlalchemy import select

from services.events.actions.confirming import confirm
from services.events.actions.nominating import find_registration
from services.events.app import create_app
from services.events.model import Registration
from services.events.settings import EventsSettings
from tests.events.builders import (
    NOW,
    a_nomination,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
)


@pytest.fixture
def browser(database):
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    return create_app(settings, database, clock=lambda: NOW).test_client()


@pytest.fixture
def link_of(database):
    """The link of the first, when these come to a workshop of so many seats."""

    def link_of(*names, seats=1):
        with database.writing() as session:
            workshop = a_workshop(session, seats=1, taken=1 - seats)
            found = [comes(session, workshop, name).registration for name in names]
            return f"/events/links/{found[0].link_token}"

    return link_of


def state_of(database, name):
    with database.reading() as session:
        query = select(Registration.state).where(Registration.name == name)
        return session.scalars(query).one()


def test_the_link_asks_and_only_its_button_cancels(browser, database, link_of):
    link = link_of("Ann", "Ben")

    asked = browser.get(f"{link}/cancel").text
    kept = state_of(database, "Ann")
    token = re.search(r'name="csrf_token" value="([^"]+)"', asked)[1]
    done = browser.post(f"{link}/cancel", data={"csrf_token": token}, follow_redirects=True).text

    assert "Your seat goes to the next on the waiting list." in asked
    assert f'action="{link}/cancel"' in asked
    assert (kept, state_of(database, "Ann")) == ("confirmed", "cancelled")
    assert "This registration is cancelled." in done


def test_who_has_the_last_seat_frees_it_for_others(browser, link_of):
    assert "Your seat is free for others." in browser.get(f"{link_of('Ann')}/cancel").text


def test_who_waits_is_told_the_place_that_is_lost(browser, link_of):
    assert "you are number 1 in line" in browser.get(f"{link_of('Ben', seats=0)}/cancel").text


def test_a_nominee_gives_the_seat_back_to_the_body(browser, database):
    with database.writing() as session:
        workshop, body_id = a_workshop(session, seats=2), an_organisation(session, kind="agency")
        gives_seats(session, workshop, body_id, 1)
        nomination = a_nomination(session, workshop, body_id)
        confirm(session, nomination, actor="link", now=NOW)
        link = f"/events/links/{find_registration(session, nomination).link_token}"

    assert "who named you and is told." in browser.get(f"{link}/cancel").text


def test_what_is_cancelled_leads_back_to_its_page(browser, database, link_of):
    link = link_of("Ann")
    asked = browser.get(f"{link}/cancel").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', asked)[1]
    browser.post(f"{link}/cancel", data={"csrf_token": token})

    again = browser.get(f"{link}/cancel")

    assert (again.status_code, again.location) == (303, link)


@pytest.mark.parametrize("page", ["", "/cancel", "/ticket.pdf"])
def test_no_browser_keeps_the_pages_that_a_mailed_link_opens(browser, link_of, page):
    answer = browser.get(f"{link_of('Ann')}{page}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")

"""Nobody locks others out, not even from the same network."""

import pytest

from services.members.actions.limiting import LIMITS
from tests.members.builders import an_account
from tests.members.pages.test_pages import SESSION, Browser

DEVICE = "plenary_device"
TRIES = LIMITS["sign_in"].pair


@pytest.fixture
def known(client, person, clock):
    """A browser that has signed in before, and is signed out."""
    made = Browser(client)
    made.sign_in()
    made.post("/sign-out")
    clock.forward(seconds=1)
    return made


@pytest.fixture
def stranger(app):
    """Another browser on the same network."""
    return Browser(app.test_client())


def fail(browser, email="mei@one.example"):
    return browser.post("/sign-in", email=email, password="a wrong one")


def test_a_colleague_s_tries_lock_nobody_out_of_a_browser_that_is_known(known, stranger):
    statuses = [fail(stranger).status_code for _ in range(TRIES + 1)]

    answer = known.sign_in()

    assert statuses[-1] == 429
    assert answer.status_code == 303
    assert known.has(SESSION)


def test_a_known_browser_has_its_own_limit(known):
    statuses = [fail(known).status_code for _ in range(TRIES + 1)]

    assert statuses[-2:] == [422, 429]


def test_a_browser_is_known_to_its_own_account_alone(known, stranger, database):
    with database.writing() as session:
        an_account(session, "wu@one.example", "Wu")
    for _ in range(TRIES):
        fail(stranger, "wu@one.example")

    assert fail(known, "wu@one.example").status_code == 429


def test_a_made_up_device_is_none(stranger, known):
    stranger.client.set_cookie(DEVICE, "eyJhIjoxfQ.made-up")
    for _ in range(TRIES):
        fail(stranger)
    stranger.client.set_cookie(DEVICE, "another.made-up")

    assert fail(stranger).status_code == 429


def test_a_browser_stays_the_same_device_when_it_signs_in_again(known):
    before = known.client.get_cookie(DEVICE).value
    known.sign_in()

    assert known.client.get_cookie(DEVICE).value == before

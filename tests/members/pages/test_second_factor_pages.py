"""The second step on the pages."""

import re

import pyotp
import pytest

from tests.members.pages.test_pages import SESSION, Browser

STEP = "/me/second-step"


@pytest.fixture
def browser(client, person):
    made = Browser(client)
    made.sign_in()
    return made


@pytest.fixture
def turned_on(browser, clock):
    """The app's secret and the recovery codes; the browser is signed out again."""
    page = browser.post(f"{STEP}/set-up", page=STEP).text
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    page = browser.post(f"{STEP}/confirm", page=STEP, code=pyotp.TOTP(secret).at(clock.now)).text
    codes = re.findall(r"<li><code>([a-z2-7-]+)</code>", page)
    assert len(codes) == 10
    browser.post("/sign-out")
    clock.forward(minutes=2)
    return secret, codes


def test_after_the_password_the_code_is_asked_for(browser, turned_on, clock):
    answer = browser.sign_in(next="/members/me")

    assert (answer.status_code, answer.location) == (303, "/members/sign-in/code")
    assert not browser.has(SESSION)

    answer = browser.post("/sign-in/code", code=pyotp.TOTP(turned_on[0]).at(clock.now))

    assert (answer.status_code, answer.location) == (303, "/members/me")
    assert browser.has(SESSION)


def test_a_wrong_code_opens_nothing(browser, turned_on):
    browser.sign_in()

    answer = browser.post("/sign-in/code", code="000000")

    assert answer.status_code == 422
    assert "not good" in answer.text
    assert not browser.has(SESSION)


def test_the_code_is_asked_of_nobody_who_gave_no_password(browser, turned_on):
    answer = browser.get("/sign-in/code")

    assert (answer.status_code, answer.location) == (303, "/members/sign-in")


def test_the_half_way_is_kept_for_ten_minutes(browser, turned_on, clock):
    browser.sign_in()
    clock.forward(minutes=11)

    assert browser.get("/sign-in/code").location == "/members/sign-in"


def test_it_is_turned_off_with_a_recovery_code(browser, turned_on):
    browser.sign_in()
    browser.post("/sign-in/code", code=turned_on[1][0])

    answer = browser.post(f"{STEP}/remove", page=STEP, code=turned_on[1][1])

    assert answer.status_code == 303
    assert "The second step is off" in browser.get(STEP).text


def test_new_recovery_codes_are_shown_once(browser, turned_on):
    browser.sign_in()
    browser.post("/sign-in/code", code=turned_on[1][0])

    page = browser.post(f"{STEP}/recovery-codes", page=STEP, code=turned_on[1][1]).text

    codes = re.findall(r"<li><code>([a-z2-7-]+)</code>", page)
    assert len(codes) == 10
    assert not set(codes) & set(turned_on[1])


def test_a_session_from_long_ago_signs_in_again_first(browser, clock):
    clock.forward(hours=2)
    browser.client.get("/members/sign-in/renew?next=/members/me")

    answer = browser.post(f"{STEP}/set-up", page=STEP)

    assert answer.status_code == 303
    assert answer.location.startswith("/members/sign-in?again=1")
    assert "Sign in again" in browser.get("/sign-in?again=1").text


def test_a_wrong_first_code_leaves_the_picture_where_it_is(browser, clock):
    page = browser.post(f"{STEP}/set-up", page=STEP).text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1]

    wrong = browser.post(f"{STEP}/confirm", page=STEP, code="000000")

    assert (wrong.status_code, secret in wrong.text) == (422, True)
    assert 'src="data:image/svg+xml' in wrong.text

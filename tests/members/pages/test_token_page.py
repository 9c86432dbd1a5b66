"""The page of personal tokens."""

import re

import pytest

from tests.members.pages.test_pages import Browser


@pytest.fixture
def browser(client, person):
    made = Browser(client)
    made.sign_in()
    return made


def test_a_token_is_made_shown_once_and_deleted(browser, client):
    made = browser.post("/me/tokens", name="Nightly", days="30", scopes__members="read")

    token = re.search(r"<textarea[^>]*>([^<]+)<", made.text)
    assert token
    headers = {"Authorization": f"Bearer {token[1]}"}
    assert client.get("/members/api/v1/me", headers=headers).status_code == 200
    page = browser.get("/me/tokens").text
    assert token[1] not in page
    assert "Members and organisations: read" in page

    path = re.search(r"/members(/me/tokens/[^/]+/revoke)", page)
    assert path
    browser.post(path[1], page="/me/tokens")
    assert client.get("/members/api/v1/me", headers=headers).status_code == 401
    assert "You have no tokens" in browser.get("/me/tokens").text


def test_a_token_for_nothing_is_refused_in_words(browser):
    answer = browser.post("/me/tokens", name="Nightly", days="30")

    assert answer.status_code == 422
    assert "Choose what the token may reach." in answer.text


def test_a_token_of_any_other_life_is_refused(browser):
    answer = browser.post("/me/tokens", name="x", days="9999", scopes__members="read")

    assert answer.status_code == 422

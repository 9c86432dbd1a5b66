"""An organisation's people sign in with its own provider, and are known everywhere."""

from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from tests.support.alliance import MEMBERS, Alliance
from tests.support.identity_provider import CLIENT_ID, IdentityProvider
from tests.support.running import Running, eventually

ADA = {
    "sub": "staff-7",
    "email": "ada.lo@staff-of-a.example",
    "email_verified": True,
    "given_name": "Ada",
    "family_name": "Lo",
}


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    made = IdentityProvider(dict(ADA)).start()
    yield made
    made.close()


def set_up(alliance: Alliance, provider: IdentityProvider) -> None:
    """The focal point types it in, an operator looks at it."""
    path = f"{MEMBERS}/organisations/{alliance.ids['a']}/identity-provider"
    wanted = {
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret": provider.client.secret,
        "mail_domains": ["staff-of-a.example"],
    }
    proposed = alliance.ask("PUT", path, wanted, by=alliance.focal_a)
    assert proposed["approved_at"] is None
    alliance.post(f"{path}/approve", by=alliance.operator)


def is_open(browser: httpx.Client, page: str) -> bool:
    return browser.get(page).status_code == 200


def sign_in(browser: httpx.Client, organisation_id: str) -> httpx.Response:
    """To the provider and back, as the browser is sent."""
    sent = browser.get(f"/members/sign-in/with/{organisation_id}?next=/members/me")
    assert sent.status_code == 303, sent.text
    back = httpx.get(sent.headers["Location"])
    assert back.status_code == 302, back.text
    return browser.get(back.headers["Location"])


def test_an_organisation_signs_its_people_in(
    plenary: Running, alliance: Alliance, provider: IdentityProvider
) -> None:
    set_up(alliance, provider)

    with plenary.browser() as browser:
        answer = sign_in(browser, alliance.ids["a"])
        assert (answer.status_code, answer.headers["Location"]) == (303, "/members/me")
        assert "Ada Lo" in browser.get("/members/me").text
        for page in ("/events/mine", "/notifications/inbox"):
            assert eventually(partial(is_open, browser, page))
        mine = alliance.get(f"{MEMBERS}/people?q=Ada+Lo", by=alliance.operator)["items"]
        assert [each["email"] for each in mine] == [ADA["email"]]

    alliance.ask(
        "DELETE",
        f"{MEMBERS}/organisations/{alliance.ids['a']}/identity-provider",
        by=alliance.operator,
    )
    with plenary.browser() as browser:
        gone = browser.get(f"/members/sign-in/with/{alliance.ids['a']}")
        assert gone.status_code == 404

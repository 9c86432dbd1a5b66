"""Coming in by an organisation's own sign-in, with a real provider on a spare port."""

import dataclasses
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select

from services.members.actions.granting import grant
from services.members.actions.trusting_providers import Wish, keep_provider, remove
from services.members.gateways import providers as gateway
from services.members.model import Account, IdentityProvider, LinkedIdentity, Organisation, Person
from shared.contracts.members import SignInChanged
from shared.foundation.identities import Role
from shared.messaging.tables import outbox
from shared.web.context import EXTENSION
from tests.members.builders import an_account, an_organisation
from tests.members.pages.test_pages import SESSION, Browser
from tests.support import identity_provider
from tests.support.identity_provider import CLIENT_ID

ADA = {
    "sub": "u-1",
    "email": "ada@staff.example",
    "email_verified": True,
    "given_name": "Ada",
    "family_name": "Lo",
}


@pytest.fixture
def provider():
    gateway.KNOWN._found.clear()
    made = identity_provider.IdentityProvider(dict(ADA)).start()
    yield made
    made.close()


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, private_providers=True)


@pytest.fixture
def app(app, settings, clock):
    """The app that may ask providers at loopback, at the time that the provider lives in."""
    clock.now = datetime.now(UTC)
    service = app.extensions[EXTENSION]
    before, service.settings = service.settings, settings
    yield app
    service.settings = before


@pytest.fixture
def place(database, provider, settings, clock, app):
    """The organisation, whose provider an operator has approved."""
    with database.writing() as session:
        organisation = an_organisation(session, "Staff & Co", now=clock.now)
        wish = Wish(
            issuer=provider.issuer,
            client_id=CLIENT_ID,
            client_secret=provider.client.secret,
            mail_domains=["staff.example"],
        )
        keep_provider(
            session,
            organisation,
            wish,
            is_operator=True,
            actor="test",
            settings=settings,
            now=clock.now,
        )
        return organisation


@pytest.fixture
def browser(client):
    return Browser(client)


@pytest.fixture
def come_in(browser, place):
    """Go to the provider and come back, as a browser does; the last answer."""

    def come_in(change=lambda path: path):
        sent = browser.get(f"/sign-in/with/{place.id}?next=/members/me")
        assert sent.status_code == 303, sent.text
        back = httpx.get(sent.location)
        assert back.status_code == 302, back.text
        parts = urlsplit(back.headers["Location"])
        return browser.client.get(change(f"{parts.path}?{parts.query}"))

    return come_in


def is_in(answer, browser):
    return answer.location == "/members/me" and browser.has(SESSION)


def test_an_address_leads_to_its_organisation_s_sign_in(browser, place):
    page = browser.post("/sign-in/organisation", email="anybody@Staff.example").text

    assert "Staff &amp; Co" in page
    assert f"/members/sign-in/with/{place.id}" in page
    other = browser.post("/sign-in/organisation", email="ada@elsewhere.example")
    assert (other.status_code, "No organisation" in other.text) == (422, True)


def test_somebody_new_comes_in_with_an_account(come_in, browser, database):
    assert is_in(come_in(), browser)

    assert "Ada Lo" in browser.get("/me").text
    with database.reading() as session:
        account = session.scalars(select(Account)).one()
    assert (account.email, account.password_hash) == ("ada@staff.example", None)


def test_whoever_has_the_address_is_linked_and_told(come_in, browser, database, place):
    with database.writing() as session:
        known = an_account(session, "ada@staff.example", "Lovelace", "Ada")

    assert is_in(come_in(), browser)

    with database.reading() as session:
        link = session.scalars(select(LinkedIdentity)).one()
        types = session.scalars(select(outbox.c.type)).all()
    assert link.person_id == known.id
    assert SignInChanged.type in types


def test_the_link_holds_when_the_address_there_changes(come_in, browser, provider, database):
    come_in()
    provider.person["email"] = "countess@staff.example"

    assert is_in(come_in(), browser)
    with database.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 1


def test_an_address_outside_the_domains_is_not_theirs_to_vouch_for(
    come_in, browser, provider, database
):
    with database.writing() as session:
        boss = an_account(session, "boss@plenary.example", "Boss")
        grant(session, boss, Role.OPERATOR, None, actor="test", now=datetime.now(UTC))
    provider.person["email"] = "boss@plenary.example"

    answer = come_in()

    assert not is_in(answer, browser)
    assert "vouch" in browser.get("/sign-in").text


@pytest.mark.parametrize("verified", [False, None, "no", 1])
def test_an_address_that_was_not_verified_is_nobody_s(come_in, browser, provider, verified):
    provider.person["email_verified"] = verified

    assert not is_in(come_in(), browser)
    assert "verified" in browser.get("/sign-in").text


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "http://evil.example"},
        {"aud": "another-client"},
        {"aud": ["plenary", "another-client"]},
        {"exp": 1},
        {"iat": 4_000_000_000},
        {"nonce": "another attempt's"},
        {"nonce": None},
    ],
    ids=str,
)
def test_what_it_says_must_be_to_us_now_and_of_this_attempt(come_in, browser, provider, lies):
    provider.lies = lies

    assert not is_in(come_in(), browser)


def test_only_the_provider_s_own_key_signs(come_in, browser, provider):
    provider.signs_with = identity_provider.new_key()

    assert not is_in(come_in(), browser)


def test_another_s_answer_in_this_browser_signs_nobody_in(come_in, browser):
    answer = come_in(lambda path: path.replace("state=", "state=x"))

    assert not is_in(answer, browser)
    assert "once more" in browser.get("/sign-in").text


def test_an_answer_is_good_once(come_in, browser):
    paths = []
    come_in(lambda path: paths.append(path) or path)
    browser.post("/sign-out")

    assert browser.client.get(paths[0]).location == "/members/sign-in"
    assert not browser.has(SESSION)


def test_an_answer_comes_within_ten_minutes(browser, place, clock):
    sent = browser.get(f"/sign-in/with/{place.id}")
    parts = urlsplit(httpx.get(sent.location).headers["Location"])
    clock.forward(minutes=11)

    assert browser.client.get(f"{parts.path}?{parts.query}").location == "/members/sign-in"


def test_a_wrong_client_secret_is_said_in_words(come_in, browser, provider):
    provider.client.secret = "another"

    assert not is_in(come_in(), browser)
    assert "client ID or secret" in browser.get("/sign-in").text


def test_a_provider_that_says_it_is_another_is_not_gone_to(browser, place, provider):
    provider.about = {"issuer": "http://evil.example"}

    assert browser.get(f"/sign-in/with/{place.id}").location == "/members/sign-in"
    assert "another one" in browser.get("/sign-in").text


def test_a_provider_that_is_away_is_said_in_words(browser, place, provider):
    provider.close()

    assert browser.get(f"/sign-in/with/{place.id}").location == "/members/sign-in"
    assert "does not answer" in browser.get("/sign-in").text


def test_a_provider_that_went_away_a_minute_ago_is_not_gone_to(browser, place, provider):
    assert browser.get(f"/sign-in/with/{place.id}").location.startswith(provider.issuer)
    provider.close()
    kept_at, about = gateway.KNOWN._found[provider.issuer]
    gateway.KNOWN._found[provider.issuer] = (kept_at - 61, about)

    assert browser.get(f"/sign-in/with/{place.id}").location == "/members/sign-in"
    assert "does not answer" in browser.get("/sign-in").text


def test_at_its_door_the_browser_shows_what_only_it_knows(browser, place, provider):
    sent = browser.get(f"/sign-in/with/{place.id}").location

    for part in ("code_challenge=", "code_challenge_method=S256", "state=", "nonce="):
        assert part in sent
    assert provider.client.secret not in sent


def test_what_no_operator_has_approved_or_was_removed_lets_nobody_in(
    browser, place, database, settings, clock
):
    with database.writing() as session:
        session.get_one(IdentityProvider, place.id).approved_at = None
    assert browser.get(f"/sign-in/with/{place.id}").status_code == 404

    with database.writing() as session:
        found = session.get_one(IdentityProvider, place.id)
        remove(session, found, actor="test", now=clock.now)
        assert session.get_one(Organisation, place.id)
    assert browser.get(f"/sign-in/with/{place.id}").status_code == 404


def test_an_account_that_asks_for_a_code_asks_here_too(come_in, browser, database, settings, clock):
    import pyotp

    from services.members.actions import checking_codes

    with database.writing() as session:
        known = an_account(session, "ada@staff.example", "Lovelace", "Ada")
        secret = checking_codes.set_up(session, known, settings=settings, now=clock.now).secret
        code = pyotp.TOTP(secret).at(clock.now)
        checking_codes.confirm(session, known, code, settings=settings, now=clock.now)

    assert come_in().location == "/members/sign-in/code"
    assert not browser.has(SESSION)


def test_somebody_new_has_the_language_in_which_they_came(come_in, browser, database):
    browser.client.set_cookie("plenary_language", "zh-Hant")

    come_in()

    with database.reading() as session:
        assert session.scalars(select(Person)).one().locale == "zh-Hant"


def test_who_is_not_let_in_keeps_what_they_were_on_the_way_to(come_in, browser, provider):
    provider.person["email_verified"] = False

    assert come_in().location == "/members/sign-in?next=/members/me"
    assert "Sign in another way" in browser.get("/sign-in").text


def test_who_cancels_there_is_told_so_here(come_in, browser):
    answer = come_in(lambda path: path.replace("code=", "error=access_denied&was="))

    assert answer.location == "/members/sign-in?next=/members/me"
    assert "did not let you in" in browser.get("/sign-in").text


def test_the_provider_s_page_says_whether_it_can_be_reached(browser, place, provider, database):
    with database.writing() as session:
        grant(session, an_account(session), Role.OPERATOR, None, actor="t", now=datetime.now(UTC))
    browser.sign_in()
    path, trouble = f"/organisations/{place.id}/identity-provider", "reached as it is written"

    well = browser.get(path).text
    provider.close()
    gateway.KNOWN._found.clear()

    assert (trouble in well, trouble in browser.get(path).text) == (False, True)


def test_an_operator_finds_the_providers_that_wait_as_a_page_and_a_file(browser, place, database):
    with database.writing() as session:
        grant(session, an_account(session), Role.OPERATOR, None, actor="t", now=datetime.now(UTC))
        other = an_organisation(session, "Waiting Ltd", now=datetime.now(UTC))
        facts = {"issuer": "https://login.waiting.example", "client_id": "p", "sealed_secret": None}
        now = datetime.now(UTC)
        session.add(
            IdentityProvider(organisation_id=other.id, created_at=now, approved_at=None, **facts)
        )
    browser.sign_in()
    path = "/identity-providers"

    waiting = browser.get(f"{path}?state=waiting").text
    file = browser.get(f"{path}?format=csv").text

    assert f"/members{path}?state=waiting" in browser.get("/me").text
    assert f"/members/organisations/{other.id}/identity-provider" in waiting
    assert "Staff &amp; Co" not in waiting
    assert "Staff & Co" in file
    assert "staff.example" in file
    assert "sealed" not in file


def test_whoever_looks_after_no_provider_sees_none_of_another_s(browser, place, database):
    with database.writing() as session:
        own = an_organisation(session, "Elsewhere", now=datetime.now(UTC))
        person = an_account(session)
        grant(session, person, Role.FOCAL_POINT, own.id, actor="t", now=datetime.now(UTC))
    browser.sign_in()

    page = browser.get("/identity-providers").text

    assert "No organisation has a sign-in of its own here." in page
    assert "Staff" not in browser.get("/identity-providers?format=csv").text

"""The pages, as a browser without scripts uses them."""

import re

import pytest

from services.members.actions.founding import make_operator
from services.members.actions.signing_in import sign_out_everywhere
from services.members.actions.signing_up import ask_password_reset, ask_sign_in_link
from tests.members.builders import NOW, PASSWORD, a_name, an_organisation, password_hash, told

TOKEN = "plenary_token"
SESSION = "plenary_session"


def form_token(page: str) -> str:
    found = re.search(r'csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


class Browser:
    """A test client that takes the form token from the page it reads first."""

    def __init__(self, client):
        self.client = client

    def get(self, path):
        return self.client.get(f"/members{path}")

    def post(self, path, *, page=None, **typed):
        token = form_token(self.get(page or path).text)
        typed = {name.replace("__", "."): value for name, value in typed.items()}
        return self.client.post(f"/members{path}", data=typed | {"csrf_token": token})

    def sign_in(self, email="mei@one.example", **typed):
        return self.post("/sign-in", email=email, password=PASSWORD, **typed)

    def has(self, cookie):
        return self.client.get_cookie(cookie) is not None


@pytest.fixture
def browser(client):
    return Browser(client)


@pytest.fixture
def operator(database):
    with database.writing() as session:
        make_operator(
            session,
            [a_name("Operator")],
            "operator@one.example",
            password_hash=password_hash(),
            actor="test",
            now=NOW,
        )
        return an_organisation(session, names={"en": "TEEMA", "zh-Hant": "電電公會"}, economy="TW")


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-in/link",
        "/sign-in/link/used",
        "/sign-up",
        "/sign-up/confirm/used",
        "/password-reset",
        "/password-reset/used",
        "/sign-out",
    ],
)
def test_a_guest_s_pages_are_there_in_both_languages(browser, path):
    for language in ("en", "zh-Hant"):
        browser.client.set_cookie("plenary_language", language)
        answer = browser.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text


def test_who_signs_in_goes_on_to_the_page_that_they_wanted(browser, person):
    answer = browser.sign_in(next="/events/mine")

    assert (answer.status_code, answer.location) == (303, "/events/mine")
    assert browser.get("/me").status_code == 200


def test_the_cookies_are_kept_from_scripts_and_other_sites(browser, person):
    cookies = browser.sign_in().headers.getlist("Set-Cookie")

    for name in (TOKEN, SESSION):
        cookie = next(each for each in cookies if each.startswith(f"{name}="))
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(browser, person, wanted):
    assert browser.sign_in(next=wanted).location == "/events/start"


def test_a_form_without_its_token_is_refused(browser, person):
    typed = {"email": "mei@one.example", "password": PASSWORD}

    assert browser.client.post("/members/sign-in", data=typed).status_code == 400


def test_a_wrong_password_says_so_and_keeps_the_address(browser, person):
    answer = browser.post("/sign-in", email="mei@one.example", password="wrong one")

    assert answer.status_code == 422
    assert 'value="mei@one.example"' in answer.text
    assert "wrong one" not in answer.text


def test_an_expired_token_is_renewed_on_the_way(browser, person, clock):
    browser.sign_in()
    clock.forward(minutes=11)

    there = browser.get("/me")
    back = browser.client.get(there.location)

    assert there.location.startswith("/members/sign-in/renew?next=/members/me")
    assert (back.status_code, back.location) == (303, "/members/me")
    assert browser.get("/me").status_code == 200


def test_a_posted_form_survives_the_renewal(browser, person, clock):
    browser.sign_in()
    form = {
        "romanised__family": "Lin",
        "romanised__given": "Mai",
        "locale": "en",
        "time_zone": "UTC",
    }
    token = form_token(browser.get("/me").text)
    typed = {name.replace("__", "."): value for name, value in form.items()}
    clock.forward(minutes=11)

    answer = browser.client.post(
        "/members/me", data=typed | {"csrf_token": token}, follow_redirects=True
    )

    assert answer.status_code == 200
    assert "Mai Lin" in answer.text


def test_the_header_names_who_is_signed_in_as_readers_of_the_page_write_it(browser, person):
    browser.sign_in()
    form = {"romanised__family": "Lin", "romanised__given": "Mei", "locale": "en"}
    form |= {"native__family": "林", "native__given": "美", "time_zone": "Asia/Taipei"}
    browser.post("/me", **form)

    english = browser.get("/me/tokens").text
    browser.client.set_cookie("plenary_language", "zh-Hant")
    chinese = browser.get("/me/tokens").text

    assert '<a href="/members/me">Mei Lin</a>' in english
    assert '<a href="/members/me">林美</a>' in chinese


def test_a_name_in_other_letters_than_the_page_is_marked_as_such(browser, person):
    browser.sign_in()
    browser.client.set_cookie("plenary_language", "zh-Hant")
    latin = browser.get("/me").text
    form = {"native__family": "이", "native__given": "소영", "locale": "en", "time_zone": "UTC"}
    browser.post("/me", **form)

    korean = browser.get("/me").text

    assert '<a href="/members/me"><span lang="">Mei Lin</span></a>' in latin
    assert '<a href="/members/me"><span lang="ko">이 소영</span></a>' in korean


def test_the_renewal_of_a_form_keeps_the_method(browser, person, clock):
    browser.sign_in()
    clock.forward(minutes=11)

    answer = browser.client.post("/members/sign-in/renew?next=/events/x")

    assert (answer.status_code, answer.location) == (307, "/events/x")


def test_a_revoked_session_is_a_guest_s(browser, database, person, settings, clock):
    browser.sign_in()
    with database.writing() as session:
        sign_out_everywhere(session, person.id, settings=settings, now=NOW)

    there = browser.get("/organisations")
    back = browser.client.get(there.location)

    assert back.location == "/members/organisations"
    assert not browser.has(TOKEN)
    assert not browser.has(SESSION)
    assert browser.get("/organisations").location == "/members/sign-in?next=/members/organisations"


def test_who_signs_out_has_no_cookie_and_no_session(browser, person):
    browser.sign_in()
    secret = browser.client.get_cookie(SESSION).value

    browser.post("/sign-out")

    assert not browser.has(TOKEN)
    browser.client.set_cookie(SESSION, secret)
    assert browser.client.get("/members/sign-in/renew").location == "/events/start"
    assert not browser.has(TOKEN)


def test_a_mailed_link_signs_in_by_its_button_once(browser, database, person, settings):
    with database.writing() as session:
        ask_sign_in_link(session, "mei@one.example", settings=settings, now=NOW)
        path = told(session)[-1].link.partition("/members")[2]

    browser.get(path)
    answer = browser.post(path)

    assert answer.status_code == 303
    assert browser.get("/me").status_code == 200
    assert "was used before" in browser.get(path).text


def test_a_new_password_is_chosen_by_link(browser, database, person, settings):
    with database.writing() as session:
        ask_password_reset(session, "mei@one.example", settings=settings, now=NOW)
        path = told(session)[-1].link.partition("/members")[2]

    assert browser.post(path, password="short").status_code == 422
    assert browser.post(path, password="another sentence").status_code == 303

    assert browser.sign_in().status_code == 422
    good = browser.post("/sign-in", email="mei@one.example", password="another sentence")
    assert good.status_code == 303


def test_signing_up_asks_to_look_into_the_mailbox(browser):
    answer = browser.post(
        "/sign-up",
        native__family="陳",
        native__given="世昌",
        email="chen@one.example",
        locale="zh-Hant",
    )

    assert "chen@one.example" in answer.text


def test_signing_up_needs_a_name(browser):
    answer = browser.post("/sign-up", email="chen@one.example")

    assert answer.status_code == 422
    assert "Write your name." in answer.text


def test_a_name_in_two_languages_says_once_that_one_is_enough(browser, operator):
    browser.sign_in("operator@one.example")

    page = browser.get(f"/organisations/{operator.id}/edit").text
    names = page[page.index('for="f-names-en"') : page.index('id="f-names-zh-Hant"')]

    assert names.count("one language is enough") == 1
    assert ">optional<" not in names


def test_a_manager_adds_a_member_and_a_delegate(browser, operator):
    browser.sign_in("operator@one.example")
    base = f"/organisations/{operator.id}"

    member = browser.post(
        f"{base}/add-member",
        **{
            "names__en": "Green Co",
            "names__zh-Hant": "綠能",
            "kind": "company",
            "identifiers__0__scheme": "tw-ubn",
            "identifiers__0__value": "00501503",
        },
    )
    delegate = browser.post(
        f"{base}/add-delegate",
        romanised__family="Lee",
        romanised__given="So-Young",
        email="lee@iges.example",
        role="focal_point",
    )

    assert (member.status_code, delegate.status_code) == (303, 303)
    page = browser.get(base).text
    for shown in ("Green Co", "So-Young Lee", "focal point", "lee@iges.example"):
        assert shown in page


def test_a_taken_tax_number_is_said_in_the_form(browser, operator):
    browser.sign_in("operator@one.example")
    typed = {"names__en": "Green Co", "kind": "company"}
    typed |= {"identifiers__0__scheme": "tw-ubn", "identifiers__0__value": "00501503"}
    browser.post(f"/organisations/{operator.id}/add-member", **typed)

    answer = browser.post(f"/organisations/{operator.id}/add-member", **typed)

    assert answer.status_code == 422
    assert "already" in answer.text


def test_an_organisation_is_edited_in_both_languages(browser, operator):
    browser.sign_in("operator@one.example")
    path = f"/organisations/{operator.id}/edit"
    assert "電電公會" in browser.get(path).text

    browser.post(path, **{"names__en": "TEEMA 2", "names__zh-Hant": "電電"})

    page = browser.get(f"/organisations/{operator.id}").text
    assert "TEEMA 2" in page
    assert "電電" in page


def test_who_manages_nothing_sees_the_public_facts_alone(browser, operator, person):
    browser.sign_in()
    base = f"/organisations/{operator.id}"

    assert "TEEMA" in browser.get(base).text
    assert 'id="people"' not in browser.get(base).text
    for path in ("edit", "add-member", "add-delegate"):
        assert browser.get(f"{base}/{path}").status_code == 403


def test_the_directory_finds_by_either_script(browser, operator, person):
    browser.sign_in()

    assert "TEEMA" in browser.get("/organisations?q=电电公会").text
    assert "TEEMA" not in browser.get("/organisations?q=機械").text


def test_one_signs_out_everywhere(browser, person):
    browser.sign_in()

    answer = browser.post("/me/sign-out-everywhere", page="/me")

    assert answer.location == "/members/sign-in"
    assert not browser.has(TOKEN)


def test_with_https_the_cookies_belong_to_the_host_alone(settings, database, clock, person):
    from dataclasses import replace

    from services.members.app import create_app

    secure = replace(settings, public_url="https://plenary.example")
    client = create_app(secure, database, clock).test_client()
    page = client.get("/members/sign-in", base_url="https://plenary.example")
    token = form_token(page.text)

    answer = client.post(
        "/members/sign-in",
        data={"email": "mei@one.example", "password": PASSWORD, "csrf_token": token},
        base_url="https://plenary.example",
        headers={"Referer": "https://plenary.example/members/sign-in"},
    )

    cookies = answer.headers.getlist("Set-Cookie")
    mine = [each for each in cookies if "plenary_members" not in each]
    assert {each.partition("=")[0] for each in mine} == {
        "__Host-plenary_token",
        "__Host-plenary_session",
        "__Host-plenary_device",
    }
    assert all("; Secure" in each for each in mine)


def test_a_form_without_a_session_is_kept_but_for_passwords(client):
    sent = {"name": 'Mai "Lin"', "new_password": "secret-words", "csrf_token": "t"}

    kept = client.post("/members/sign-in/renew?next=/events/manage/new", data=sent)

    assert kept.status_code == 401
    assert '<form method="post" action="/events/manage/new">' in kept.text
    assert 'name="name" value="Mai &#34;Lin&#34;"' in kept.text
    assert 'name="csrf_token" value="t"' in kept.text
    assert "secret-words" not in kept.text


def test_a_kept_form_goes_nowhere_else(client):
    kept = client.post("/members/sign-in/renew?next=https://elsewhere.example/", data={"a": "b"})

    assert 'action="/events/start"' in kept.text

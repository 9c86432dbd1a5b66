"""Chats and browsers of one's own: by the API and on the page."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from services.notifications.actions.reaching import open_of
from services.notifications.model import Address
from tests.contract.bodies import CHAT, SUBSCRIPTION
from tests.contract.place import Place
from tests.contract.problems import pointers, problem
from tests.contract.test_webhook_pages import browser_of, token_in
from tests.support.alliance import NOTIFICATIONS
from tests.support.apps import SECRET_KEY

pytestmark = pytest.mark.usefixtures("untouched")

ADDRESSES = f"{NOTIFICATIONS}/addresses"
PAGE = "/notifications/addresses"


def code_of(place: Place, address_id: str) -> str:
    """As it came to the chat."""
    with place.apps.databases["notifications"].reading() as session:
        found = next(
            each for each in session.scalars(select(Address)) if str(each.id) == address_id
        )
        return open_of(found.id, found.sealed_code or "", SECRET_KEY)


def test_a_chat_is_given_confirmed_chosen_and_taken_back(place: Place) -> None:
    by = place.people["attendee"]
    made = place.post(ADDRESSES, CHAT, by=by)
    code = {"code": code_of(place, made["id"])}
    confirmed = place.post(f"{ADDRESSES}/{made['id']}/confirm", code, by=by, status=200)
    chosen = place.ask(
        "PUT", f"{NOTIFICATIONS}/preferences", {"categories": {"news": {"chat": True}}}, by=by
    )
    listed = place.get(ADDRESSES, by=by)["items"]
    gone = place.plenary.api.delete(f"{ADDRESSES}/{made['id']}", headers=by)

    assert (made["state"], confirmed["state"]) == ("unconfirmed", "active")
    assert made["label"] == "push.people.example/A...1"
    assert "AToken1" not in str([made, confirmed, listed])
    assert chosen["categories"]["news"]["chat"] is True
    assert chosen["categories"]["account"]["chat"] is False
    assert [each["id"] for each in listed] == [made["id"]]
    assert gone.status_code == 204
    assert place.get(ADDRESSES, by=by)["items"] == []
    after = place.get(f"{NOTIFICATIONS}/preferences", by=by)
    assert after["categories"]["news"]["chat"] is False


def test_every_guess_counts_although_it_is_refused(place: Place) -> None:
    by = place.people["attendee"]
    made = place.post(ADDRESSES, CHAT, by=by)
    path, right = f"{ADDRESSES}/{made['id']}/confirm", code_of(place, made["id"])
    wrong = {"code": "000000" if right != "000000" else "111111"}

    for _ in range(5):
        answer = place.plenary.api.post(path, json=wrong, headers=by)
        problem(answer, 409, code="wrong_code")

    problem(place.plenary.api.post(path, json={"code": right}, headers=by), 409, code="wrong_code")


def test_codes_are_not_sent_without_end(place: Place) -> None:
    by = place.people["attendee"]
    made = place.post(ADDRESSES, CHAT | {"token": "NobodyElsesToken"}, by=by)
    path = f"{ADDRESSES}/{made['id']}/send-code"
    for _ in range(4):
        assert place.plenary.api.post(path, json={}, headers=by).status_code == 202

    answer = place.plenary.api.post(path, json={}, headers=by)

    problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 3601


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": "mail"}, "/channel"),
        ({"kind": "fax"}, "/kind"),
        ({"server": None}, "/server"),
        ({"server": "https://10.0.0.1"}, "/server"),
        ({"server": "http://push.people.example"}, "/server"),
        ({"target": "somebody"}, "/target"),
        ({"phone": "+886912345678"}, "/phone"),
        ({"token": "a\r\nX-Evil: 1"}, "/token"),
        ({"colour": "green"}, "/colour"),
    ],
)
def test_what_is_wrong_with_a_chat_is_said(
    place: Place, change: dict[str, Any], pointer: str
) -> None:
    answer = place.plenary.api.post(ADDRESSES, json=CHAT | change, headers=place.people["attendee"])

    assert pointers(problem(answer, 422)) == [pointer]


@pytest.mark.parametrize(
    "url",
    ["json://127.0.0.1/x", "file:///etc/passwd", "mailto://a:b@c.example", "gotifys://127.0.0.1/x"],
)
def test_an_address_that_leads_elsewhere_is_refused(place: Place, url: str) -> None:
    body = {"channel": "chat", "url": url}

    answer = place.plenary.api.post(ADDRESSES, json=body, headers=place.people["attendee"])

    assert pointers(problem(answer, 422)) == ["/url"]


def test_no_sms_are_offered_where_none_are_sent(place: Place) -> None:
    by, body = place.people["attendee"], {"channel": "sms", "phone": "+886 912 345 678"}

    problem(place.plenary.api.post(ADDRESSES, json=body, headers=by), 409, code="not_offered")


def test_a_browser_is_subscribed_listed_and_removed(place: Place) -> None:
    by = place.people["attendee"]
    key = place.get(f"{NOTIFICATIONS}/push-key", by=by)["public_key"]

    made = place.post(f"{NOTIFICATIONS}/push-subscriptions", SUBSCRIPTION, by=by)
    again = place.post(f"{NOTIFICATIONS}/push-subscriptions", SUBSCRIPTION, by=by)

    assert len(key) == 87
    assert place.get(f"{NOTIFICATIONS}/push-key", by=by)["public_key"] == key
    assert (made["id"], made["channel"], made["state"]) == (again["id"], "push", "active")
    chosen = place.get(f"{NOTIFICATIONS}/preferences", by=by)["categories"]
    assert (chosen["workshop"]["push"], chosen["account"]["push"]) == (True, False)
    bad = SUBSCRIPTION | {"endpoint": "https://127.0.0.1/x"}
    answer = place.plenary.api.post(f"{NOTIFICATIONS}/push-subscriptions", json=bad, headers=by)
    assert pointers(problem(answer, 422)) == ["/endpoint"]


@pytest.mark.parametrize(("language", "word"), [("en", "Browser"), ("zh-Hant", "瀏覽器")])
def test_pages_call_a_browser_what_its_owner_calls_it(
    place: Place, language: str, word: str
) -> None:
    by = place.people["attendee"]
    place.post(f"{NOTIFICATIONS}/push-subscriptions", SUBSCRIPTION, by=by)
    browser = browser_of(place, by)
    browser.cookies.set("plenary_language", language)

    shown = browser.get(PAGE).text
    boxes = browser.get("/notifications/preferences").text

    assert f'<p class="overline">{word} · ' in shown
    assert f"<th>{word}</th>" in boxes
    assert not re.search(r">\s*push\s*<", shown + boxes)


def test_the_page_takes_a_chat_and_its_code_without_scripts(place: Place) -> None:
    browser = browser_of(place, place.people["attendee"])
    asked = browser.get(f"{PAGE}?kind=gotify").text
    token = token_in(asked)
    typed = {"kind": "gotify", "server": "https://push.people.example", "token": "AToken1"}
    bad = browser.post(f"{PAGE}/chat", data=token | typed | {"server": "https://10.0.0.1"})
    made = browser.post(f"{PAGE}/chat", data=token | typed)
    [address] = place.get(ADDRESSES, by=place.people["attendee"])["items"]
    one, code = f"{PAGE}/{address['id']}", code_of(place, address["id"])

    wrong = browser.post(f"{one}/confirm", data=token | {"code": "12"})
    right = browser.post(f"{one}/confirm", data=token | {"code": code})
    boxes = browser.get("/notifications/preferences").text
    removed = browser.post(f"{one}/remove", data=token)

    assert 'name="server"' in asked
    assert (bad.status_code, 'href="#f-server"' in bad.text) == (422, True)
    assert "AToken1" not in bad.text
    assert (made.status_code, wrong.status_code, right.status_code) == (303, 422, 303)
    assert "not the code" in wrong.text
    assert 'name="categories.workshop.chat"' in boxes
    assert 'name="categories.account.chat"' not in boxes
    assert removed.status_code == 303


def test_another_ones_address_is_not_there(place: Place) -> None:
    browser = browser_of(place, place.focal_b)
    token = token_in(browser.get(PAGE).text)

    for verb in ("confirm", "send-code", "remove"):
        answer = browser.post(
            f"{PAGE}/{place.ids['address_id']}/{verb}", data=token | {"code": "1"}
        )
        assert answer.status_code == 404, verb


def test_the_service_worker_is_served_for_the_whole_service(place: Place) -> None:
    found = place.plenary.browser().get("/notifications/push-worker.js")

    assert found.headers["Service-Worker-Allowed"] == "/notifications/"
    assert found.headers["Content-Type"].startswith("text/javascript")
    assert "showNotification" in found.text

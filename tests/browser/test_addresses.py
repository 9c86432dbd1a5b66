"""A chat and this browser are given on the page, and told."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.notifications.receiver import Receiver, answering, receiving
from tests.notifications.test_push import ABrowser
from tests.support.running_embedded import DEMO_PASSWORD, EmbeddedPlenary

pytestmark = pytest.mark.browser
ATTENDEE = "attendee@demo.example"
# There is no push service here: the browser is given one on this machine.
PUSH_SERVICE = """
PushManager.prototype.subscribe = async function (options) {
  window.asked = { visible: options.userVisibleOnly, bytes: options.applicationServerKey.length };
  return { toJSON: () => (SUBSCRIPTION) };
};
"""


def await_post(receiver: Receiver, count: int = 1) -> list[Any]:
    end = time.monotonic() + 20
    while len(receiver.got) < count:
        assert time.monotonic() < end, "nothing was posted"
        time.sleep(0.1)
    return receiver.got


def register_for_something(plenary: EmbeddedPlenary) -> None:
    """As a signed-in attendee, by the API."""
    credentials = {"email": ATTENDEE, "password": DEMO_PASSWORD}
    token = plenary.api.post("/members/api/v1/sign-in", json=credentials).json()["access_token"]
    by = {"Authorization": f"Bearer {token}"}
    open_ones = plenary.api.get("/events/api/v1/workshops?limit=100").json()["items"]
    body = {"name": "Attendee", "email": ATTENDEE}
    for each in open_ones:
        path = f"/events/api/v1/workshops/{each['id']}/registrations"
        if plenary.api.post(path, json=body, headers=by).status_code == 201:
            return
    raise AssertionError("no workshop is open")


def test_a_chat_is_confirmed_with_the_code_that_came_there(
    plenary: EmbeddedPlenary, person: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    with receiving() as receiver:
        page = person(ATTENDEE)
        page.goto("/notifications/preferences")
        page.click("text=A chat, a phone or this browser")
        page.select_option("select[name=kind]", "gotify")
        page.click("text=Go on")
        page.fill("input[name=server]", receiver.url.removesuffix("/hooks"))
        page.fill("input[name=token]", "AToken1")
        page.click("text=Send a code there")
        keep(page, "addresses-unconfirmed")
        sentence = json.loads(await_post(receiver)[0][1])["message"]
        page.fill("input[name=code]", sentence[:6])
        page.get_by_role("button", name="Confirm").click()

        assert page.url.endswith("/notifications/preferences")
        box = page.locator('input[name="categories.news.chat"]')
        assert box.is_checked()
        keep(page, "preferences-with-a-chat")


def test_this_browser_is_subscribed_and_told(
    plenary: EmbeddedPlenary, person: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    with receiving() as receiver:
        receiver.answer = answering(201)
        browser = ABrowser(receiver.url)
        given = {
            "endpoint": browser.subscription.endpoint,
            "keys": {"p256dh": browser.subscription.p256dh, "auth": browser.subscription.auth},
        }
        page = person(ATTENDEE, scripts=True)
        page.context.grant_permissions(["notifications"])
        page.add_init_script(PUSH_SERVICE.replace("SUBSCRIPTION", json.dumps(given)))
        page.goto("/notifications/addresses")
        page.get_by_role("button", name="Tell me in this browser").click()
        page.wait_for_url("**/notifications/preferences")
        box = page.locator('input[name="categories.workshop.push"]')
        scope = page.evaluate(
            "async () => (await navigator.serviceWorker.getRegistration('/notifications/')).scope"
        )
        assert box.is_checked()
        assert scope == f"{plenary.url}/notifications/"
        page.goto("/notifications/addresses")
        keep(page, "addresses-with-a-browser")

        register_for_something(plenary)
        said = browser.read(await_post(receiver)[0][1])

        assert said["title"]
        assert said["link"].endswith("/notifications/inbox")


def test_the_worker_shows_what_comes_and_opens_nothing_of_others(
    person: Callable[..., Page],
) -> None:
    page = person(ATTENDEE, scripts=True)
    page.context.grant_permissions(["notifications"])
    page.goto("/notifications/addresses")
    page.evaluate(
        """async () => {
          await navigator.serviceWorker.register("/notifications/push-worker.js", { scope: "/notifications/" });
          await navigator.serviceWorker.ready;
        }"""
    )
    [origin, told] = [page.evaluate("location.origin"), {"title": "A seat", "text": "Come"}]
    developer = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    developer.on(
        "ServiceWorker.workerRegistrationUpdated", lambda each: found.extend(each["registrations"])
    )
    developer.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    number = next(each["registrationId"] for each in found if "notifications" in each["scopeURL"])
    message = {"origin": origin, "registrationId": number}
    data = json.dumps(told | {"link": "/notifications/inbox", "lang": "en", "tag": "one"})
    developer.send("ServiceWorker.deliverPushMessage", message | {"data": data})

    shown = None
    for _ in range(50):
        shown = page.evaluate(
            """async () => {
              const place = await navigator.serviceWorker.getRegistration("/notifications/");
              return (await place.getNotifications()).map((each) => [each.title, each.body, each.tag]);
            }"""
        )
        if shown:
            break
        page.wait_for_timeout(100)
    assert shown == [["A seat", "Come", "one"]]


@pytest.mark.parametrize(("language", "is_dark"), [("en", False), ("zh-Hant", True)])
@pytest.mark.parametrize("on_phone", [False, True])
def test_the_page_is_looked_at(
    person: Callable[..., Page],
    keep: Callable[[Page, str], None],
    language: str,
    is_dark: bool,
    on_phone: bool,
) -> None:
    page = person(ATTENDEE, language=language, is_dark=is_dark, on_phone=on_phone, scripts=True)

    page.goto("/notifications/addresses?kind=ntfy")

    keep(page, f"addresses-{language}-{'phone' if on_phone else 'desktop'}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#push button").is_visible()

"""The pages of webhooks and of organisations' own words."""

import re

import httpx
import pytest

from tests.contract.place import Place
from tests.support.alliance import NOTIFICATIONS
from tests.support.running import Headers

pytestmark = pytest.mark.usefixtures("untouched")


def browser_of(place: Place, by: Headers) -> httpx.Client:
    page = place.plenary.browser()
    page.cookies.set("plenary_token", by["Authorization"].removeprefix("Bearer "))
    return page


def token_in(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return {"csrf_token": found[1]}


def test_a_webhook_is_made_tried_and_removed(place: Place) -> None:
    browser = browser_of(place, place.focal_a)
    form = f"/notifications/organisations/{place.ids['a']}/webhooks"
    token = token_in(browser.get(form).text)
    typed = {"url": "https://hooks.people.example/a", "type": "plenary.events.*"}

    made = browser.post(form, data=token | typed | {"description": "our own site"})
    path = re.search(r"/notifications/webhooks/[\w-]{36}", made.text)
    assert path
    browser.post(f"{path[0]}/test", data=token)
    shown = browser.get(path[0]).text
    renewed = browser.post(f"{path[0]}/rotate-secret", data=token)
    removed = browser.post(f"{path[0]}/remove", data=token)

    assert "whsec_" in made.text
    assert made.headers["Cache-Control"] == "no-store"
    assert "our own site" in shown
    assert "whsec_" not in shown
    assert "<dd>1</dd>" in shown
    assert "whsec_" in renewed.text
    assert removed.status_code == 303
    assert browser.get(path[0]).status_code == 404


def test_what_is_wrong_with_a_webhook_is_said_beside_its_field(place: Place) -> None:
    browser = browser_of(place, place.focal_a)
    form = f"/notifications/organisations/{place.ids['a']}/webhooks"
    token = token_in(browser.get(form).text)
    good = {"url": "https://hooks.people.example/a", "type": "plenary.events.*"}
    wrong = [
        ({"url": "http://hooks.people.example/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"type": "plenary.secrets.*"}, "type"),
    ]

    for change, field in wrong:
        answer = browser.post(form, data=token | good | change)
        assert answer.status_code == 422, change
        assert f'href="#f-{field}"' in answer.text, change


def test_another_bodys_webhooks_are_not_there(place: Place) -> None:
    browser = browser_of(place, place.focal_b)

    for path in (
        f"/notifications/organisations/{place.ids['a']}/webhooks",
        f"/notifications/webhooks/{place.ids['webhook_id']}",
    ):
        assert browser.get(path).status_code == 404
    assert place.ids["webhook_id"] not in browser.get("/notifications/webhooks").text


def test_a_wider_webhook_is_not_for_a_narrower_grant_to_turn_elsewhere(place: Place) -> None:
    """Who can't read what is below can't have it posted to their own server."""
    wide = {
        "organisation_id": place.ids["a"],
        "url": "https://hooks.people.example/wide",
        "types": ["plenary.events.*"],
        "subtree": True,
    }
    made = place.post(f"{NOTIFICATIONS}/webhooks", wide, by=place.operator)
    path = f"{NOTIFICATIONS}/webhooks/{made['id']}"
    grants = place.get("/members/api/v1/me", by=place.focal_a)["grants"]
    is_wide = any(each["subtree"] for each in grants)

    answer = place.plenary.api.patch(
        path, json={"url": "https://hooks.people.example/mine"}, headers=place.focal_a
    )

    assert answer.status_code == (200 if is_wide else 422)


def test_an_organizer_words_a_mail_and_sees_how_it_reads(place: Place) -> None:
    browser = browser_of(place, place.organizer)
    home = f"/notifications/organisations/{place.ids['alliance']}/templates"
    path = f"{home}/seat_offered"
    page = browser.get(path).text
    text = {"subject": "For {{ name }}: {{ title }}", "button": "Take it", "body": "*Now*."}
    typed = {f"{tag}.{part}": text[part] for tag in ("en", "zh-Hant") for part in text}

    saved = browser.post(path, data=token_in(page) | typed)
    shown = browser.get(path).text
    bad = browser.post(path, data=token_in(page) | typed | {"en.body": "{{ secret }}"})
    left = browser.post(f"{path}/leave", data=token_in(page))

    assert saved.status_code == left.status_code == 303
    assert "<em>Now</em>" in shown
    assert bad.status_code == 422
    assert 'href="#f-en-body"' in bad.text
    assert browser.get(home).text.count('class="badge active"') == 0


def test_words_as_they_were_come_back_into_the_form(place: Place) -> None:
    browser = browser_of(place, place.organizer)
    path = f"/notifications/organisations/{place.ids['alliance']}/templates/offer_expired"
    for words in ("First words", "Second words"):
        text = {"subject": "{{ title }}", "button": "See it", "body": words}
        typed = {f"{tag}.{part}": text[part] for tag in ("en", "zh-Hant") for part in text}
        page = browser.get(path).text
        version = re.search(r'name="version" value="(\d+)"', page)
        seen = {"version": version[1]} if version else {}
        assert browser.post(path, data=token_in(page) | seen | typed).status_code == 303

    shown = browser.get(path).text
    before = browser.get(path, params={"version": "en.2"}).text
    browser.post(f"{path}/leave", data=token_in(shown))

    fields = [re.findall(r"<textarea[^>]*>([^<]*)", page) for page in (shown, before)]
    assert fields == [["Second words", "Second words"], ["First words", "Second words"]]
    assert [f'href="?version=en.{number}"' in shown for number in (1, 2, 3, 4)] == [
        *(True, True, True),
        False,
    ]


def test_focal_points_do_not_word_the_alliances_mails(place: Place) -> None:
    browser = browser_of(place, place.focal_a)

    assert browser.get("/notifications/templates").status_code == 403

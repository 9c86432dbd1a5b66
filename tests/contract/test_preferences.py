"""Choosing what one is told: by the API, on the page, and by the link in a mail."""

import re
from typing import Any

import pytest

from tests.contract.place import Place
from tests.contract.problems import pointers, problem
from tests.support.alliance import MEMBERS, NOTIFICATIONS, address_of

pytestmark = pytest.mark.usefixtures("untouched")

PREFERENCES = f"{NOTIFICATIONS}/preferences"
NOBODYS = "01890000-0000-7000-8000-000000000000"
LINK = re.compile(r"http://plenary\.test(/notifications/preferences/[\w-]+)")


def a_notice(place: Place) -> Any:
    """A mail that its reader can choose not to have: of a membership."""
    member = place.organisation("new member", {"en": "Newcomers"}, "association")
    body = {"member_id": member, "host_id": place.ids["alliance"]}
    made = place.post(f"{MEMBERS}/memberships", body, by=place.operator)
    place.post(f"{MEMBERS}/memberships/{made['id']}/submit", by=place.operator)
    return place.plenary.await_mail("organizer@people.example", "asks to become a member")


def form_of(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return {"csrf_token": found[1]}


def test_what_was_put_is_what_is_read(place: Place) -> None:
    body = {
        "categories": {"news": {"mail": False, "inbox": True}},
        "quiet_hours": {"from": "22:00", "to": "07:30"},
        "digest": "weekly",
        "locale": "zh-Hant",
        "time_zone": "Asia/Taipei",
    }

    put = place.ask("PUT", PREFERENCES, body, by=place.people["attendee"])
    got = place.get(PREFERENCES, by=place.people["attendee"])

    assert put == got
    assert got["categories"]["news"] == {
        "mail": False, "inbox": True, "push": False, "chat": False, "sms": False,
    }  # fmt: skip
    assert {name: got[name] for name in ("quiet_hours", "digest", "locale", "time_zone")} == {
        name: body[name] for name in ("quiet_hours", "digest", "locale", "time_zone")
    }
    assert place.ask("PUT", PREFERENCES, got, by=place.people["attendee"]) == got


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"categories": {"workshop": {"mail": False}}}, "/categories/workshop/mail"),
        ({"categories": {"account": {"mail": False}}}, "/categories/account/mail"),
        ({"categories": {"news": {"sms": True}}}, "/categories/news/sms"),
        ({"categories": {"gossip": {"mail": True}}}, "/categories/gossip"),
        ({"categories": {"news": {"fax": True}}}, "/categories/news/fax"),
        ({"quiet_hours": {"from": "25:00", "to": "07:00"}}, "/quiet_hours/from"),
        ({"quiet_hours": {"from": "07:00", "to": "07:00"}}, "/quiet_hours/to"),
        ({"digest": "hourly"}, "/digest"),
        ({"time_zone": "Asia/Nowhere"}, "/time_zone"),
    ],
)
def test_what_cannot_be_chosen_is_said(place: Place, body: dict[str, Any], pointer: str) -> None:
    answer = place.plenary.api.put(PREFERENCES, json=body, headers=place.people["attendee"])

    assert pointers(problem(answer, 422)) == [pointer]


def test_a_stale_copy_is_refused(place: Place) -> None:
    by = place.people["attendee"]
    tag = place.plenary.api.get(PREFERENCES, headers=by).headers["ETag"]
    place.plenary.api.put(PREFERENCES, json={}, headers=by | {"If-Match": tag})

    again = place.plenary.api.put(PREFERENCES, json={}, headers=by | {"If-Match": tag})

    problem(again, 412)


def test_one_click_ends_mails_of_a_kind_and_asking_changes_nothing(place: Place) -> None:
    mail = a_notice(place)
    path = mail.message["List-Unsubscribe"].strip("<>").removeprefix("http://plenary.test")
    outside = place.plenary.browser()

    page = outside.get(path, headers={"Accept": "text/html"})
    before = outside.get(path).json()
    clicked = outside.post(path, data={"List-Unsubscribe": "One-Click"})
    after = outside.get(path).json()

    assert (page.status_code, before["is_subscribed"]) == (200, True)
    assert "List-Unsubscribe" in page.text
    assert (clicked.status_code, after) == (
        200, {"categories": ["membership"], "is_subscribed": False},
    )  # fmt: skip
    chosen = place.get(PREFERENCES, by=place.organizer)
    assert chosen["categories"]["membership"] == {
        "mail": False, "inbox": True, "push": False, "chat": False, "sms": False,
    }  # fmt: skip


def test_the_link_of_a_mail_opens_the_page_without_signing_in(place: Place) -> None:
    mail = a_notice(place)
    found = LINK.search(mail.text)
    assert found
    outside = place.plenary.browser()

    page = outside.get(found[1])
    saved = outside.post(
        found[1], data=form_of(page.text) | {"categories.news.mail": "true", "digest": "daily"}
    )

    assert "o…@people.example" in page.text
    assert saved.status_code == 303
    chosen = place.get(PREFERENCES, by=place.organizer)
    assert (chosen["digest"], chosen["categories"]["news"]["inbox"]) == ("daily", False)
    assert chosen["categories"]["news"]["mail"] is True


def test_a_ticket_cannot_be_unsubscribed(place: Place) -> None:
    workshop = place.published(capacity=3)
    place.register(workshop, "Ann Ao")
    mail = place.plenary.await_mail(address_of("Ann Ao"), "You have a seat")
    found = LINK.search(mail.text)
    assert found
    token = found[1].rpartition("/")[2]

    answer = place.plenary.browser().post(f"{NOTIFICATIONS}/unsubscribe/{token}")

    problem(answer, 409, code="mandatory_category")


@pytest.mark.parametrize("token", ["x", "A" * 43, NOBODYS, "%00", "é"])
def test_a_token_that_nobody_gave_is_404(place: Place, token: str) -> None:
    for method in ("GET", "POST"):
        answer = place.plenary.api.request(method, f"{NOTIFICATIONS}/unsubscribe/{token}")
        problem(answer, 404)


def test_an_organisations_default_is_set_by_those_who_speak_for_it(place: Place) -> None:
    path = f"{NOTIFICATIONS}/organisations/{place.ids['a']}/rules"
    body = {"categories": {"news": {"mail": False}}, "needs_second_person": True}

    put = place.ask("PUT", path, body, by=place.focal_a)
    other = place.plenary.api.put(path, json=body, headers=place.focal_b)

    assert put["needs_second_person"] is True
    assert put["categories"]["news"]["mail"] is False
    assert place.get(path, by=place.focal_a) == put
    problem(other, 404)


def test_the_pages_are_there_for_those_they_are_for(place: Place) -> None:
    page = place.plenary.browser()
    page.cookies.set("plenary_token", place.focal_a["Authorization"].removeprefix("Bearer "))
    rules = f"/notifications/organisations/{place.ids['a']}/rules"

    own = page.get("/notifications/preferences")
    saved = page.post(
        "/notifications/preferences",
        data=form_of(own.text) | {"digest": "off", "quiet_hours.from": "22:00"},
    )
    set_ = page.post(rules, data=form_of(page.get(rules).text) | {"needs_second_person": "true"})

    assert own.status_code == 200
    assert (saved.status_code, 'id="f-quiet_hours-to-fault"' in saved.text) == (422, True)
    assert set_.status_code == 303
    assert 'name="needs_second_person" value="true" checked' in page.get(rules).text

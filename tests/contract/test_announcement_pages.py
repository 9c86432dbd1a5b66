"""The pages of announcements: writing one, sending it, and seeing who was not told."""

import re

import httpx
import pytest

from tests.contract.place import Place
from tests.support.alliance import NOTIFICATIONS, address_of

pytestmark = pytest.mark.usefixtures("untouched")


@pytest.fixture
def browser(place: Place) -> httpx.Client:
    """Of A's focal point."""
    page = place.plenary.browser()
    page.cookies.set("plenary_token", place.focal_a["Authorization"].removeprefix("Bearer "))
    return page


def token_in(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return {"csrf_token": found[1]}


def test_an_announcement_is_written_sent_and_proved(place: Place, browser: httpx.Client) -> None:
    form = f"/notifications/organisations/{place.ids['a']}/announce"
    written = browser.post(
        form,
        data=token_in(browser.get(form).text)
        | {
            "audience": "subtree",
            "category": "news",
            "subject.en": "A seminar",
            "body.en": "Dear {{ person.name }}, *come*.",
            "mail": "true",
        },
    )
    path = written.headers["Location"]
    draft = browser.get(path).text
    browser.post(f"{path}/approve", data=token_in(draft))
    place.plenary.await_mail("delegate@people.example", "A seminar")
    sent = browser.get(path)
    not_told = browser.get(f"{path}/recipients?outcome=not_told").text
    file = browser.get(f"{path}/recipients?format=xlsx")

    steps = re.findall(r'</span> <span class="soft">([^<]+)</span>', sent.text)[-2:]
    assert steps[0] == steps[1] != ""
    assert steps[0] in browser.get("/members/me").text
    assert "<em>come</em>" in draft
    assert '<svg class="proof"' in sent.text
    assert 'class="sent"' in sent.text
    assert f'href="{path}/recipients?outcome=not_told"' in sent.text
    assert 'class="empty"' in not_told
    assert file.content[:2] == b"PK"


def test_whom_it_goes_to_and_what_it_says_is_shown_and_another_is_written_from_it(
    place: Place, browser: httpx.Client
) -> None:
    browser.cookies.set("plenary_language", "en")
    form = f"/notifications/organisations/{place.ids['a']}/announce"
    facts = {"audience": "subtree", "left_out": "own", "category": "deadline", "inbox": "true"}
    facts |= {"subject.en": "The form is due", "body.en": "Dear {{ person.name }}, hurry."}
    made = browser.post(form, data=token_in(browser.get(form).text) | facts)
    path = made.headers["Location"]

    draft = browser.get(path).text
    browser.post(f"{path}/cancel", data=token_in(draft))
    ended = browser.get(path).text
    found = re.search(rf'href="({form}\?from=[^"]+)"', ended)
    assert found
    another = browser.get(found[1]).text

    for shown in (draft, ended):
        assert "and all organisations below it" in shown
        assert "But not: the people of" in shown
        assert "hurry." in shown
    assert '<option value="deadline" selected>' in another
    assert re.findall(r'<option value="(\w+)" selected>', another)[:1] == ["subtree"]
    assert '<option value="own" selected>' in another
    assert "Dear {{ person.name }}, hurry." in another
    kept = place.get(f"{NOTIFICATIONS}/announcements/{path[-36:]}", by=place.focal_a)
    assert kept["audience"]["exclude"] == [
        {"organisation_id": place.ids["a"], "subtree": False},
    ]


def test_what_is_wrong_is_said_beside_its_field(place: Place, browser: httpx.Client) -> None:
    form = f"/notifications/organisations/{place.ids['a']}/announce"
    good = {"audience": "own", "category": "news", "subject.en": "A", "body.en": "B", "mail": "1"}
    wrong = [
        ({"body.en": "{{ person.shoe }}"}, "body-en"),
        ({"audience": "segment:0"}, "audience"),
        ({"audience": "workshop:" + place.ids["workshop_id"]}, "audience-workshop_id"),
        ({"mail": ""}, "mail"),
        ({"part": "came"}, "part"),
        ({"body.zh-Hant": "您好"}, "subject-zh-Hant"),
        ({"send_at": "2020-01-01T00:00"}, "send_at"),
    ]

    for change, field in wrong:
        data = token_in(browser.get(form).text) | good | change
        refused = browser.post(form, data=data)
        assert (refused.status_code, f"#f-{field}" in refused.text) == (422, True), change


def test_somebody_elses_pages_are_not_there(place: Place, browser: httpx.Client) -> None:
    other = f"/notifications/organisations/{place.ids['b']}/announce"

    assert browser.get(other).status_code == 404
    assert browser.get("/notifications/announcements").status_code == 200


def test_what_a_workshops_people_were_told_is_proved_and_failures_are_sent_again(
    place: Place,
) -> None:
    page = place.plenary.browser()
    page.cookies.set("plenary_token", place.organizer["Authorization"].removeprefix("Bearer "))
    page.cookies.set("plenary_language", "en")
    gone = {"email": "max.mo@people.example", "reason": "moved away"}
    place.post(f"{NOTIFICATIONS}/suppressions", gone, by=place.operator)
    workshop = place.published(capacity=5)
    place.register(workshop, "Ann Ao", organisation_id=place.ids["a"])
    made = place.register(workshop, "Max Mo", email="max.mo@people.example")
    place.plenary.await_mail(address_of("Ann Ao"), "You have a seat")
    path = f"/notifications/workshops/{workshop}/proof"

    shown = page.get(path).text
    found = place.get(f"{NOTIFICATIONS}/workshops/{workshop}/proof", by=place.organizer)
    listed = page.get(f"/notifications/deliveries?subject_id={workshop}&state=not_told").text
    delivery = re.search(r"/notifications/deliveries/([0-9a-f-]{36})", listed)
    assert delivery
    one = page.get(delivery[0]).text
    page.post(f"{delivery[0]}/resend", data=token_in(one))
    arrived = place.plenary.await_mail("max.mo@people.example", "You have a seat")
    none = place.post(f"{NOTIFICATIONS}/workshops/{workshop}/resend-failed", by=place.organizer)

    assert made
    assert arrived
    assert (found["counts"]["eligible"], found["counts"]["suppressed"]) == (2, 1)
    assert [each["kind"] for each in found["kinds"]] == ["registration_confirmed"]
    assert {each["association_id"] for each in found["associations"]} == {place.ids["a"], None}
    assert "moved away" in listed
    assert ("moved away" in one, '<svg class="proof"' in shown) == (True, True)
    assert none == {"queued": 0}


def test_deliveries_are_found_by_workshop_and_by_person_with_what_was_told_in_the_app(
    place: Place,
) -> None:
    page = place.plenary.browser()
    page.cookies.set("plenary_token", place.organizer["Authorization"].removeprefix("Bearer "))
    page.cookies.set("plenary_language", "en")
    workshop, path = place.published(capacity=5), "/notifications/deliveries"
    made = place.register(workshop, "Ann Ao")
    body = {"subject": {"en": "In both ways"}, "body": {"en": "Come."}, "category": "workshop"}
    body |= {"organisation_id": place.ids["a"], "channels": ["mail", "inbox"]}
    body |= {"audience": {"organisation_id": place.ids["a"], "subtree": False}}
    told = place.post(f"{NOTIFICATIONS}/announcements", body, by=place.operator)
    place.post(f"{NOTIFICATIONS}/announcements/{told['id']}/approve", {}, by=place.operator)
    place.plenary.await_mail("delegate@people.example", "In both ways")
    place.plenary.await_mail(address_of("Ann Ao"), "You have a seat")

    choices = page.get(path).text
    one = page.get(path, params={"subject_id": made["id"], "recipient": "", "state": ""}).text
    operators = place.plenary.browser()
    operators.cookies.set("plenary_token", place.operator["Authorization"].removeprefix("Bearer "))
    operators.cookies.set("plenary_language", "en")
    theirs = operators.get(path, params={"recipient": "DELEGATE@people.example"}).text

    assert f'<option value="{workshop}"' in choices
    assert f'<option value="{made["id"]}" selected' in one
    assert address_of("Ann Ao") in one.replace("@<wbr>", "@")
    assert 'data-label="Channel">Mail<' in theirs
    assert 'data-label="Channel">Inbox<' in theirs


def test_an_operator_suppresses_an_address_and_lifts_it(place: Place) -> None:
    page = place.plenary.browser()
    page.cookies.set("plenary_token", place.operator["Authorization"].removeprefix("Bearer "))
    path = "/notifications/suppressions"
    form = token_in(page.get(path).text)
    body = {"email": "old@people.example", "reason": "moved", "scope": "optional"}

    refused = page.post(path, data=form | body | {"expires_at": "2020-01-01"})
    made = page.post(path, data=form | body)
    listed = page.get(path).text
    lift = re.search(r"/notifications/suppressions/[0-9a-f-]{36}/lift", listed)
    assert lift
    for each in re.findall(r"/notifications/suppressions/[0-9a-f-]{36}/lift", listed):
        page.post(each, data=form)

    assert (refused.status_code, 'id="f-expires_at-fault"' in refused.text) == (422, True)
    assert (made.status_code, "old@people.example" in listed) == (303, True)
    assert "old@people.example" not in page.get(path).text


def test_a_delivery_that_is_held_back_has_not_taken_place(place: Place) -> None:
    browser = place.plenary.browser()
    browser.cookies.set("plenary_token", place.organizer["Authorization"].removeprefix("Bearer "))
    browser.cookies.set("plenary_language", "zh-Hant")

    page = browser.get("/notifications/deliveries").text

    assert re.search(r'<option value="held">暫緩寄送</option>', page)

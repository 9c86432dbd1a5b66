"""Findings by HTTP and on their pages: written, published, answered, read by everyone."""

import csv
import io
import re

import httpx
import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.contract.place_findings import TEXTS
from tests.contract.problems import pointers, problem
from tests.support.alliance import EVENTS

pytestmark = pytest.mark.usefixtures("untouched")

STEP = "What became of it?"


def send(page: httpx.Client, at: str, to: str, fields: dict[str, str]) -> httpx.Response:
    """Send a form of the page at that address."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get(at).text)
    assert found
    return page.post(to, data={"csrf_token": found[1], **fields})


def room_of(place: Place) -> str:
    return f"/events/manage/{place.ids['workshop_id']}/findings"


def test_an_organizer_writes_changes_and_publishes_one(place: Place) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)
    draft = {"kind": "recommendation", "texts.en": "Train trainers.", "texts.zh-Hant": "培訓講師"}

    send(page, room, room, draft | {"addressed_to.en": "Governments of the region"})
    [made] = place.get(
        f"{EVENTS}/workshops/{place.ids['workshop_id']}/findings?state=draft", by=place.organizer
    )["items"]
    path = f"/events/manage/findings/{made['id']}"
    public = f"/events/workshops/{place.ids['workshop_id']}/findings"
    before = place.plenary.browser().get(public).text
    changed = {
        "texts.en": "Train the trainers.",
        "addressed_to.en": "All",
        "review_on": "2027-10-01",
    }
    answer = send(page, path, path, draft | changed)
    send(page, room, f"{path}/publish", {})

    assert answer.status_code == 303
    assert "Train" not in before
    after = place.plenary.browser().get(public).text
    assert "Train the trainers." in after
    assert "published" in after
    assert "Train the trainers." in page.get(room).text


def test_a_bad_form_says_what_is_wrong_and_keeps_what_was_typed(place: Place) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)
    typed = {"kind": "finding", "texts.en": "We learned.", "addressed_to.en": "Governments"}

    answer = send(page, room, room, typed)
    empty = send(page, room, room, {"kind": "recommendation"})

    assert answer.status_code == empty.status_code == 422
    assert "Only a recommendation is addressed and followed up." in answer.text
    assert "We learned." in answer.text


def test_a_draft_is_taken_away_and_nothing_else_is(place: Place) -> None:
    path = f"{EVENTS}/workshops/{place.ids['workshop_id']}/findings"
    made = place.post(path, {"kind": "finding", "texts": TEXTS}, by=place.organizer)
    page, room = browser_of(place, place.organizer), room_of(place)

    send(page, room, f"/events/manage/findings/{made['id']}/remove", {})
    refused = place.plenary.api.post(
        f"{EVENTS}/findings/{place.ids['finding_id']}/remove", headers=place.organizer
    )

    assert place.plenary.api.get(f"{EVENTS}/findings/{made['id']}").status_code == 404
    assert problem(refused, 409)["code"] == "wrong_state"


def test_the_body_that_it_is_addressed_to_answers_on_its_page(place: Place) -> None:
    page, path = browser_of(place, place.focal_a), f"/events/findings/{place.ids['finding_id']}"
    listed = page.get("/events/recommendations").text

    refused = send(page, path, f"{path}/step", {"verb": "decline"})
    taken = send(page, path, f"{path}/step", {"verb": "accept", "reason": "With pleasure."})

    assert path in listed
    assert "recommendation to follow up" in page.get("/events/start").text
    assert refused.status_code == 422
    assert "Say why it is declined." in refused.text
    assert taken.status_code == 303
    assert "With pleasure." in page.get(path).text
    public = f"/events/workshops/{place.ids['workshop_id']}/findings"
    everyone = place.plenary.browser().get(public).text
    assert "accepted" in everyone
    assert "With pleasure." not in everyone


def test_another_body_reads_the_public_page_and_can_do_nothing(place: Place) -> None:
    page, path = browser_of(place, place.focal_b), f"/events/findings/{place.ids['finding_id']}"

    answer = page.get(path)
    refused = place.plenary.api.post(
        f"{EVENTS}/findings/{place.ids['finding_id']}/accept", headers=place.focal_b
    )

    assert answer.status_code == 303
    assert "/findings" in answer.headers["Location"]
    assert STEP not in page.get(answer.headers["Location"]).text
    problem(refused, 403)
    assert path not in page.get("/events/recommendations").text
    assert place.get(f"{EVENTS}/recommendations", by=place.focal_b)["items"] == []


def test_who_it_is_addressed_to_is_named_only_to_its_people(place: Place) -> None:
    path = f"{EVENTS}/findings/{place.ids['finding_id']}"
    change = {"organisation_id": None, "person_id": place.ids["delegate"]}
    place.ask("PATCH", path, change, by=place.organizer)

    assert place.get(path, by=place.organizer)["person_id"] == place.ids["delegate"]
    assert place.get(path)["person_id"] is None
    public = f"/events/workshops/{place.ids['workshop_id']}/findings"
    assert "one person" in browser_of(place, place.focal_b).get(public).text


def test_findings_go_out_as_files(place: Place) -> None:
    page = browser_of(place, place.organizer)
    text = page.get(f"{room_of(place)}/file?format=csv").content.decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(text)))

    assert (row["Text"], row["Addressed to"]) == (TEXTS["en"], "Association A")
    assert page.get(f"{room_of(place)}/file?format=xlsx").content.startswith(b"PK")
    ours = browser_of(place, place.focal_a).get("/events/recommendations/file").text
    assert TEXTS["en"] in ours


def test_a_stale_change_and_unknown_ids_are_refused(place: Place) -> None:
    path, by = f"{EVENTS}/findings/{place.ids['finding_id']}", place.organizer
    stale = place.plenary.api.patch(
        path, json={"review_on": "2027-10-01"}, headers={**by, "If-Match": '"1"'}
    )
    unknown = place.plenary.api.patch(path, json={"owner_id": place.ids["a"]}, headers=by)

    problem(stale, 412)
    assert pointers(problem(unknown, 422)) == ["/owner_id"]

"""Project proposals by HTTP: bodies, files, the rules of the host, workshops, and their pages."""

import csv
import io
import re
from typing import Any

import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.contract.place_proposals import proposal_bodies
from tests.contract.problems import pointers, problem
from tests.support.alliance import EVENTS

pytestmark = pytest.mark.usefixtures("untouched")

PATH = f"{EVENTS}/proposals"


def good(place: Place, **changes: Any) -> dict[str, Any]:
    return proposal_bodies(place.ids)["POST /proposals"] | changes


def token_in(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return {"csrf_token": found[1]}


def approved(place: Place) -> str:
    """A's proposal, through every step."""
    path, by = f"{PATH}/{place.ids['proposal_id']}", place.organizer
    for verb in ("begin-review", "endorse"):
        place.post(f"{path}/{verb}", by=by)
    place.post(f"{path}/approve", {"fund": "APEC", "happened_on": "2024-02-23"}, by=by)
    return path


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sections": {"poetry": {"en": "Roses."}}}, "/sections/poetry/key"),
        ({"asked": {"amount_cents": 1, "currency": "XYZ"}}, "/asked/currency"),
        ({"asked": {"amount_cents": -1, "currency": "USD"}}, "/asked/amount_cents"),
        ({"overseer": {"name": "Ann"}}, "/overseer/person_id"),
        ({"host_id": "01890000-0000-7000-8000-000000000000"}, "/host_id"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "/ends_on"),
        ({"happened_on": "2199-01-01"}, "/happened_on"),
        ({"happened_on": "0001-01-01"}, "/happened_on"),
        ({"state": "approved"}, "/state"),
    ],
)
def test_what_is_wrong_is_pointed_at(place: Place, changes: dict[str, Any], pointer: str) -> None:
    answer = place.plenary.api.post(PATH, json=good(place, **changes), headers=place.focal_a)

    assert pointers(problem(answer, 422)) == [pointer]


def test_nobody_proposes_for_another_body(place: Place) -> None:
    answer = place.plenary.api.post(PATH, json=good(place), headers=place.focal_b)

    problem(answer, 403)


def test_the_list_is_had_as_a_file_with_its_filters(place: Place) -> None:
    approved(place)

    file = place.plenary.api.get(f"{PATH}?state=approved&format=csv", headers=place.operator)
    none = place.plenary.api.get(f"{PATH}?state=draft&format=csv", headers=place.operator)

    rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert [(row["State"], row["Fund"], row["Approved on"]) for row in rows] == [
        ("approved", "APEC", "2024-02-23")
    ]
    assert len(none.text.splitlines()) == 1


def test_only_an_approved_proposal_has_workshops_and_a_public_page(place: Place) -> None:
    project = f"/events/projects/{place.ids['proposal_id']}"
    early = place.plenary.browser().get(project)
    body = {"proposal_id": place.ids["proposal_id"]}
    workshop = f"{EVENTS}/workshops/{place.ids['workshop_id']}"
    refused = place.plenary.api.patch(workshop, json=body, headers=place.organizer)

    approved(place)
    place.ask("PATCH", workshop, body, by=place.organizer)

    assert early.status_code == 404
    assert pointers(problem(refused, 422)) == ["/proposal_id"]
    assert place.get(workshop)["proposal_id"] == place.ids["proposal_id"]
    assert workshop.rpartition("/")[2] in place.plenary.browser().get(project).text
    page = browser_of(place, place.focal_a).get(f"/events/proposals/{place.ids['proposal_id']}")
    assert "Workshops that came of it" in page.text


def test_the_host_asks_for_co_sponsors(place: Place) -> None:
    rules = f"{EVENTS}/organisations/{place.ids['alliance']}/proposal-rules"
    place.ask("PUT", rules, {"co_sponsors_needed": 1}, by=place.organizer)
    made = place.post(PATH, good(place), by=place.focal_a)

    answer = place.plenary.api.post(f"{PATH}/{made['id']}/submit", headers=place.focal_a)

    assert problem(answer, 409)["code"] == "co_sponsors_missing"


def test_a_body_that_is_asked_answers_on_its_pages_and_reads_no_review(place: Place) -> None:
    path = f"{PATH}/{place.ids['proposal_id']}"
    asked = place.post(f"{path}/co-sponsors", {"organisation_id": place.ids["b"]}, by=place.focal_a)
    page = browser_of(place, place.focal_b)
    listed = page.get("/events/proposals").text

    form = f"/events/proposals/co-sponsorships/{asked['id']}/confirm"
    page.post(form, data=token_in(listed))

    assert form in listed
    [own] = place.get(f"{path}/co-sponsors", by=place.focal_b)["items"]
    assert (own["state"], own["names"]["en"]) == ("confirmed", "Association B")
    problem(place.plenary.api.get(f"{path}/comments", headers=place.focal_b), 403)
    shown = page.get(f"/events/proposals/{place.ids['proposal_id']}").text
    assert "Timeline" not in shown


def test_internal_comments_stay_with_the_reviewers(place: Place) -> None:
    path = f"{PATH}/{place.ids['proposal_id']}/comments"
    for text, is_internal in (("Clear.", False), ("Costly.", True)):
        place.post(path, {"text": text, "is_internal": is_internal}, by=place.organizer)

    refused = place.plenary.api.post(
        path, json={"text": "We know.", "is_internal": True}, headers=place.focal_a
    )

    problem(refused, 403)
    seen = place.get(path, by=place.focal_a)["items"]
    assert [(each["text"], each["author"]) for each in seen] == [("Clear.", "Hsiang-Hua Lin")]
    assert len(place.get(path, by=place.organizer)["items"]) == 2
    page = f"/events/proposals/{place.ids['proposal_id']}"
    assert "Costly." not in browser_of(place, place.focal_a).get(page).text


def test_a_proposal_is_written_mended_and_moved_on_by_forms(place: Place) -> None:
    page = browser_of(place, place.focal_a)
    form = token_in(page.get("/events/proposals/new").text) | {
        "titles.en": "Green jobs",
        "organisation_id": place.ids["a"],
        "host_id": place.ids["alliance"],
        "overseer.name": "Ann",
        "overseer.email": "ann@people.example",
        "amount": "1200.50",
        "currency": "usd",
        "priorities": "One\nTwo",
        "sections.gender.zh-Hant": "性別平等",
    }

    wrong = page.post("/events/proposals/new", data=form | {"currency": ""})
    made = page.post("/events/proposals/new", data=form).headers["Location"]
    page.post(f"{made}/edit", data=form | {"titles.en": "Greener jobs"})
    late = page.post(f"{made}/step", data=form_of(form, "submit", happened_on="2199-01-01"))
    page.post(f"{made}/step", data=form_of(form, "submit", happened_on="2026-01-02"))

    assert wrong.status_code == 422
    assert "An amount needs its currency" in wrong.text
    found = place.get(f"{PATH}/{made.rpartition('/')[2]}", by=place.focal_a)
    assert (found["titles"], found["state"]) == ({"en": "Greener jobs"}, "submitted")
    assert found["asked"] == {"amount_cents": 120_050, "currency": "USD"}
    assert (found["priorities"], found["sections"]) == (
        ["One", "Two"],
        {"gender": {"zh-Hant": "性別平等"}},
    )
    assert late.status_code == 422
    assert found["submitted_on"] == "2026-01-02"


def form_of(form: dict[str, str], verb: str, **fields: str) -> dict[str, str]:
    return {"csrf_token": form["csrf_token"], "verb": verb} | fields


def test_a_focal_point_takes_no_reviewers_step_by_form(place: Place) -> None:
    page = browser_of(place, place.focal_a)
    path = f"/events/proposals/{place.ids['proposal_id']}"
    form = token_in(page.get(path).text)

    answer = page.post(f"{path}/step", data=form_of(form, "endorse"))

    assert answer.status_code == 403
    assert browser_of(place, place.focal_b).get(path).status_code == 404


def test_a_link_opens_its_proposal_and_no_other(place: Place) -> None:
    path, by = f"{PATH}/{place.ids['proposal_id']}", place.focal_a
    asked = {"economy": "PE", "email": "pe@economies.example"}
    place.post(f"{path}/co-sponsors", asked, by=by)
    mail = place.plenary.await_mail("pe@economies.example", "Will Peru co-sponsor")
    found = re.search(r"/events/links/(\S+)", mail.text)
    assert found
    bearer = {"Authorization": f"Bearer {found[1]}"}
    other = place.post(PATH, good(place), by=by)["id"]

    own = place.plenary.api.get(path, headers=bearer)
    page = place.plenary.browser().get(found[0])

    assert (own.status_code, page.status_code) == (200, 200)
    problem(place.plenary.api.get(f"{PATH}/{other}", headers=bearer), 404)
    confirm = f"{EVENTS}/co-sponsorships/{place.ids['co_sponsorship_id']}/confirm"
    problem(place.plenary.api.post(confirm, headers=bearer), 404)


def test_a_workshop_is_begun_from_its_approved_proposal_with_its_titles(place: Place) -> None:
    made = place.post(PATH, good(place), by=place.focal_a)
    path = f"{PATH}/{made['id']}"
    place.post(f"{path}/submit", by=place.focal_a)
    for verb in ("begin-review", "endorse"):
        place.post(f"{path}/{verb}", by=place.organizer)
    place.post(f"{path}/approve", {"fund": "APEC"}, by=place.organizer)
    page = browser_of(place, place.organizer)

    shown = page.get(f"/events/proposals/{made['id']}").text
    form = page.get(f"/events/manage/new?proposal_id={made['id']}").text

    assert f"/events/manage/new?proposal_id={made['id']}" in shown
    assert f'<option value="{made["id"]}" selected>' in form
    assert f'name="titles.en" type="text" value="{made["titles"]["en"]}"' in form


def test_the_form_for_the_next_co_sponsor_stays_open_with_its_day(place: Place) -> None:
    page = browser_of(place, place.focal_a)
    path = f"/events/proposals/{place.ids['proposal_id']}"
    form = token_in(page.get(path).text) | {"economy": "TH", "locale": "zh-Hant"}

    asked = page.post(f"{path}/co-sponsors", data=form | {"invited_on": "2026-01-02"})

    shown = page.get(asked.headers["Location"]).text
    assert '<details id="ask" open>' in shown
    assert 'name="invited_on" type="date" value="2026-01-02"' in shown

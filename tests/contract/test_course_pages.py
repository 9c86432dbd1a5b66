"""From a gap to a course and its run, as an organizer and a guest see it."""

import re
from typing import Any

import httpx
import pytest

from tests.contract.place import Place
from tests.contract.test_announcement_pages import token_in
from tests.support.alliance import EVENTS, address_of

pytestmark = pytest.mark.usefixtures("untouched")

WHEN = {"starts_at": "2027-10-05T09:00", "ends_at": "2027-10-05T17:00"}
WHERE = {"time_zone": "Asia/Taipei", "venue.mode": "online", "mode": "open"}


@pytest.fixture
def browser(place: Place) -> httpx.Client:
    """Of the organizer."""
    page = place.plenary.browser()
    page.cookies.set("plenary_token", place.organizer["Authorization"].removeprefix("Bearer "))
    return page


def posts(browser: httpx.Client, page: str, fields: dict[str, Any]) -> httpx.Response:
    return browser.post(page, data=token_in(browser.get(page).text) | fields)


def cell(place: Place, *needs: str) -> str:
    ids = place.ids
    told = "".join(f"&need={each}" for each in needs)
    found = f"capability={ids['lineage_id']}&staff_level=specialist&job_kind=hybrid{told}"
    return f"/events/courses/plan?{found}"


def course_form(place: Place, **changes: str) -> dict[str, str]:
    return {
        "names.en": "Energy management",
        "code": "EN-201",
        "staff_level": "manager",
        "job_kind": "augmented",
        "hours": "12.5",
        "visibility": "public",
        f"capability_ids.{place.ids['lineage_id']}": "on",
        f"prerequisite_ids.{place.ids['course_id']}": "on",
        f"trainer_ids.{place.ids['trainer_id']}": "on",
    } | changes


def test_a_guest_sees_the_curriculum_and_a_course_with_its_runs(place: Place) -> None:
    guest, ids = place.plenary.browser(), place.ids

    curriculum = guest.get("/events/courses").text
    course = guest.get(f"/events/courses/{ids['course_id']}").text

    assert f"/events/courses/{ids['course_id']}" in curriculum
    assert curriculum.count("no course") == 3
    assert f"/events/workshops/{ids['workshop_id']}" in course
    assert "In numbers" not in course
    assert "New course" not in curriculum


def test_a_cell_of_the_gap_becomes_a_draft_run_with_its_allotments(
    place: Place, browser: httpx.Client
) -> None:
    ids = place.ids
    page = cell(place, f"{ids['a']}:34", f"{ids['b']}:6", "nonsense:4", f"{ids['a']}:-1")
    shown = browser.get(page).text
    assert (f'name="needs.{ids["a"]}"' in shown, 'value="34"' in shown) == (True, True)

    fields = {"course_id": ids["course_id"], "capacity": "10"} | WHEN | WHERE
    fields |= {f"needs.{ids['a']}": "34", f"needs.{ids['b']}": "6"}
    made = posts(browser, page, fields)

    assert made.status_code == 303, made.text
    found = re.search(r"/events/manage/([\w-]+)/seats", made.headers["Location"])
    assert found
    path = f"{EVENTS}/workshops/{found[1]}"
    run = place.get(path, by=place.organizer)
    assert (run["state"], run["course_id"]) == ("draft", ids["course_id"])
    figures = place.get(f"{path}/figures", by=place.organizer)
    planned = {each["organisation_id"]: each["planned"] for each in figures["counts"]}
    assert planned == {ids["a"]: 9, ids["b"]: 1}
    assert figures["total"]["planned"] == 10


def test_a_plan_that_makes_no_sense_keeps_what_was_typed(
    place: Place, browser: httpx.Client
) -> None:
    ids = place.ids
    wrong = WHEN | {"ends_at": WHEN["starts_at"]}
    fields = {"course_id": ids["course_id"], "capacity": "7", f"needs.{ids['a']}": "5"}

    answer = posts(browser, cell(place), fields | wrong | WHERE)

    assert answer.status_code == 422
    assert "It must end after it starts." in answer.text
    assert ('value="7"' in answer.text, 'value="5"' in answer.text) == (True, True)


def test_a_gap_without_a_course_leads_to_writing_one(place: Place, browser: httpx.Client) -> None:
    page = cell(place).replace("specialist", "technician")
    shown = browser.get(page).text
    assert "No course of yours teaches this" in shown
    found = re.search(r'/events/courses/new\?capability=[^"]+', shown)
    assert found

    made = posts(browser, found[0].replace("&amp;", "&"), course_form(place))

    assert made.status_code == 303, made.text
    course = made.headers["Location"]
    assert "Energy management" in browser.get(course).text
    again = posts(browser, "/events/courses/new", course_form(place))
    assert (again.status_code, "has this code" in again.text) == (422, True)


def test_a_course_is_edited_retired_and_taken_up_again(place: Place, browser: httpx.Client) -> None:
    path = f"/events/courses/{place.ids['course_id']}"
    mine = f"prerequisite_ids.{place.ids['course_id']}"
    form = course_form(place)

    refused = posts(browser, f"{path}/edit", form)
    del form[mine]
    saved = posts(browser, f"{path}/edit", form)

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert "A course can&#39;t come before itself" in refused.text
    for verb, state in (("retire", "retired"), ("reactivate", "active")):
        browser.post(f"{path}/{verb}", data=token_in(browser.get(path).text))
        found = place.get(f"{EVENTS}/courses/{place.ids['course_id']}")
        assert (found["state"], found["hours"]) == (state, 12.5)


def test_trainers_and_learning_paths_are_written(place: Place, browser: httpx.Client) -> None:
    ids = place.ids
    host = {"host_id": ids["alliance"], "names.en": "Mei Tsai"}
    steps = {"steps.1": ids["course_id"]}

    assert posts(browser, "/events/trainers", host).status_code == 303
    assert posts(browser, "/events/learning-paths/new", host | steps).status_code == 303
    path = f"/events/learning-paths/{ids['path_id']}"
    assert posts(browser, path, {"names.en": "Another way"} | steps).status_code == 303
    twice = steps | {"steps.2": ids["course_id"], "names.en": "Twice"}
    assert posts(browser, path, twice).status_code == 422
    trainer = f"/events/trainers/{ids['trainer_id']}"
    assert posts(browser, trainer, {"names.en": "Hao Kuo"}).status_code == 303

    shown = browser.get("/events/trainers").text
    assert ("Mei Tsai" in shown, "Hao Kuo" in shown) == (True, True)
    assert "Another way" in browser.get("/events/courses").text
    form = token_in(browser.get("/events/trainers").text)
    browser.post(f"{trainer}/remove", data=form)
    assert "Hao Kuo" not in browser.get("/events/trainers").text


def test_a_run_shows_its_numbers_who_lacks_what_and_lets_people_in(
    place: Place, browser: httpx.Client
) -> None:
    ids = place.ids
    made = posts(browser, "/events/courses/new", course_form(place, prerequisites_are="required"))
    course_id = made.headers["Location"].rpartition("/")[2]
    times = {"starts_at": "2027-10-05T09:00:00+08:00", "ends_at": "2027-10-05T17:00:00+08:00"}
    run = place.published(capacity=5, kind="course_run", course_id=course_id, **times)
    public, room = f"/events/workshops/{run}", f"/events/manage/{run}/course"
    person = {"name": "Eve Eno", "email": address_of("Eve Eno"), "locale": "en"}
    guest = place.plenary.browser()

    form = token_in(guest.get(public).text)
    refused = guest.post(f"{public}/register", data=form | person)
    assert refused.status_code == 409
    assert "Eve Eno needs a certificate first: Carbon inventory." in refused.text
    waived = token_in(browser.get(room).text) | {"email": person["email"], "reason": "practice"}
    assert browser.post(f"{room}/waivers", data=waived).status_code == 303
    came = guest.post(f"{public}/register", data=form | person)
    assert came.status_code == 303
    assert "no certificate yet" in guest.get(came.headers["Location"]).text
    teaching = token_in(browser.get(room).text) | {f"trainer_ids.{ids['trainer_id']}": "on"}
    assert browser.post(f"{room}/trainers", data=teaching).status_code == 303

    shown = browser.get(room).text
    assert "Eve Eno" in shown
    assert re.search(r'trainer_ids\.[\w-]+" checked', shown)
    assert "<b>1</b>seated" in shown
    end = re.search(r"/events/prerequisite-waivers/[\w-]+/remove", shown)
    assert end
    browser.post(end[0], data=token_in(shown))
    assert "prerequisite-waivers" not in browser.get(room).text

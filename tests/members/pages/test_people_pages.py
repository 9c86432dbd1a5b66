"""People as pages: the directory, one person's record, mending it, and erasing on request."""

import re

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.fixture
def person(ask, world):
    """Somebody whom the office of association A has recorded, and who works there."""
    names = [
        {"kind": "native", "family": "臺", "given": "靜宜", "order": "family_first"},
        {"kind": "romanised", "family": "Tai", "given": "Ching-I", "order": "given_first"},
    ]
    body = {"names": names, "email": "tai@x.example", "economy": "TW"}
    person_id = ask("focal.a", "POST", "/people", body).json["id"]
    path = f"/organisations/{world['association_a']}"
    term = {"person_id": person_id, "role": "officer", "from": "2026-01-01", "to": "2027-01-31"}
    place = {"person_id": person_id, "title": "Chemist", "from": "2025-02-01", "to": "2026-04-01"}
    assert ask("focal.a", "POST", f"{path}/appointments", term).status_code == 201
    assert ask("focal.a", "POST", f"{path}/affiliations", place).status_code == 201
    return person_id


@pytest.mark.parametrize("words", ["台静宜", "ching tai", "靜"])
def test_people_are_found_in_any_script_and_by_parts(visit, person, words):
    text = visit("focal.a").get(f"/people?q={words}").text

    assert f"/members/people/{person}" in text
    assert "Delegate a" not in text
    assert person not in visit("focal.b").get(f"/people?q={words}").text


def test_the_list_and_its_file_have_the_same_filters(visit, person):
    browser = visit("focal.a")

    shown = browser.get("/people?role=officer&economy=TW").text
    file = browser.get("/people?role=officer&economy=TW&format=csv").text

    assert "Ching-I Tai" in shown
    assert "Delegate a" not in shown
    assert "role=officer" in re.search(r'href="([^"]+format=csv)"', shown)[1]
    assert "tai@x.example" in file
    assert "delegate.a@x.example" not in file


def test_a_filter_that_nobody_has_is_left_out(visit, person):
    answer = visit("focal.a").get("/people?role=king&economy=ZZ&q=%01")

    assert answer.status_code == 200
    assert "Ching-I Tai" in answer.text


def test_a_record_shows_what_was_and_what_is(visit, person):
    text = visit("focal.a").get(f"/people/{person}").text

    for shown in ("臺靜宜", "Chemist", "1 February 2025", "1 April 2026", "ended", "officer"):
        assert shown in text


def test_a_record_shows_no_places_that_the_reader_may_not_know(visit, ask, world, person):
    path = f"/organisations/{world['association_b']}/affiliations"
    place = {"person_id": person, "title": "Secret agent"}
    assert ask("operator", "POST", path, place).status_code == 201

    assert "Secret agent" not in visit("focal.a").get(f"/people/{person}").text
    assert "Secret agent" in visit("operator").get(f"/people/{person}").text


@pytest.mark.parametrize("path", ["", "/edit"])
def test_another_association_s_person_is_not_there(visit, person, path):
    assert visit("focal.b").get(f"/people/{person}{path}").status_code == 404


def test_an_office_mends_a_person_s_names_and_address(visit, ask, person):
    browser = visit("focal.a")
    typed = {
        "native__family": "戴",
        "native__given": "靜宜",
        "romanised__family": "Dai",
        "romanised__given": "Ching-I",
        "titles__en": "Dr",
        "email": "dai@x.example",
        "phone": "+886 3 582 0100",
        "locale": "zh-Hant",
        "time_zone": "Asia/Taipei",
    }

    bad = browser.post(f"/people/{person}/edit", **(typed | {"email": "dai@"}))
    good = browser.post(f"/people/{person}/edit", **typed)

    assert bad.status_code == 422
    assert 'value="Dai"' in bad.text
    assert good.status_code == 303
    found = ask("focal.a", "GET", f"/people/{person}").json
    assert (found["email"], found["locale"]) == ("dai@x.example", "zh-Hant")
    assert {name["family"] for name in found["names"]} == {"戴", "Dai"}
    assert "Dr" in browser.get(f"/people/{person}").text


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(visit, ask, person):
    browser = visit("focal.a")
    shown = browser.get(f"/people/{person}/edit").text
    seen = re.search(r'name="seen_version" value="(\d+)"', shown)[1]
    ask("focal.a", "PATCH", f"/people/{person}", {"gender": "female"})

    typed = {"romanised__family": "Tai", "locale": "en", "time_zone": "UTC", "seen_version": seen}
    answer = browser.post(f"/people/{person}/edit", **typed)

    assert answer.status_code == 422
    assert "Somebody changed this" in answer.text


def test_the_address_of_an_account_is_not_the_office_s_to_change(visit, ask, world):
    browser, path = visit("operator"), f"/people/{world['person_a']}/edit"
    accounts = ask("operator", "GET", "/people?q=Focal").json["items"]
    account = next(each for each in accounts if each["email"] == "focal.a@x.example")
    typed = {"romanised__family": "Focal", "locale": "en", "time_zone": "UTC"}

    assert 'name="email"' in browser.get(path).text
    path = f"/people/{account['id']}/edit"
    assert 'name="email"' not in browser.get(path).text
    browser.post(path, **typed, email="stolen@x.example")

    assert ask("operator", "GET", f"/people/{account['id']}").json["email"] == account["email"]


def test_who_asks_the_office_is_erased_by_it(visit, ask, person):
    browser, path = visit("focal.a"), f"/people/{person}"

    slip = browser.post(f"{path}/erase", page=path, name="Somebody Else")
    done = browser.post(f"{path}/erase", page=path, name="Ching-I Tai", reason="by telephone")

    assert slip.status_code == 422
    assert "/members/erasures/" in done.headers["Location"]
    assert browser.client.get(done.headers["Location"]).status_code == 200
    assert browser.get(path).status_code == 404


def test_who_has_an_account_erases_themselves(visit, ask, world):
    focal = ask("operator", "GET", "/people?email=focal.a@x.example").json["items"][0]

    page = visit("organizer").get(f"/people/{focal['id']}").text

    assert "Erase everywhere" not in page

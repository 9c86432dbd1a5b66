"""Merging on a page: side by side, which value stays, and undoing it."""

import re

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_two_records_are_merged_and_two_again(visit, world, ask):
    names = [{"kind": "romanised", "given": "Mei", "family": "Again", "order": "given_first"}]
    place = f"/organisations/{world['company_a']}/affiliations"
    other = ask("focal.a", "POST", "/people", {"names": names, "email": "again@x.example"}).json
    ask("focal.a", "POST", place, {"person_id": other["id"]})
    browser, path = visit("focal.a"), f"/people/{world['person_a']}/merge"

    found = browser.get(f"{path}?q=again").text
    beside = browser.get(f"{path}?other={other['id']}").text
    typed = {"other_id": other["id"], "take.email": "other", "take.names": "kept"}
    browser.post(path, page=f"{path}?other={other['id']}", **typed)
    merged = ask("focal.a", "GET", f"/people/{world['person_a']}").json
    history = browser.get(f"/people/{world['person_a']}").text
    undo = re.search(r'action="/members(/merges/[0-9a-f-]+/undo)"', browser.get(path).text)[1]
    browser.post(undo, page=path)
    again = ask("focal.a", "GET", f"/people/{world['person_a']}").json

    assert f"?other={other['id']}" in found
    assert "delegate.a@x.example" in beside
    assert "again@x.example" in beside
    assert ("Company a" in beside, "delegate: Association a" in beside) == (True, True)
    assert (merged["email"], merged["name"]) == ("again@x.example", "Mei Delegate a")
    assert again["email"] == "delegate.a@x.example"
    assert "another record taken in" in history
    assert "merge undone" in browser.get(f"/people/{world['person_a']}").text


def test_another_association_s_person_is_never_shown(visit, world):
    browser, path = visit("focal.a"), f"/people/{world['person_a']}/merge"

    assert "Delegate b" not in browser.get(f"{path}?q=delegate").text
    assert "Delegate b" not in browser.get(f"{path}?other={world['person_b']}").text
    assert browser.get(f"/people/{world['person_b']}/merge").status_code == 404

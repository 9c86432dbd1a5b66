"""Merging organisations on pages: what is alike, side by side, and undoing it."""

import re

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_what_is_alike_is_found_compared_merged_and_parted(visit, world, ask):
    body = {"names": {"en": "Company A Ltd."}, "kind": "company", "sector": "wind"}
    body |= {"identifiers": [{"scheme": "tw-ubn", "value": "22099131"}]}
    other = ask("focal.a", "POST", "/organisations", body).json["id"]
    browser, path = visit("focal.a"), f"/organisations/{world['company_a']}/merge"

    alike = browser.get("/duplicates").text
    beside = browser.get(f"{path}?other={other}").text
    typed = {"other_id": other, "take.sector": "other"}
    browser.post(path, page=f"{path}?other={other}", **typed)
    merged = ask("focal.a", "GET", f"/organisations/{world['company_a']}").json
    text = browser.get(path).text
    undo = re.search(r'action="/members(/organisation-merges/[0-9a-f-]+/undo)"', text)[1]
    browser.post(undo, page=path)
    again = ask("focal.a", "GET", f"/organisations/{world['company_a']}").json

    assert f"{world['company_a']}/merge?other={other}" in alike
    assert "Association a" in beside
    assert "tw-ubn" not in beside
    assert "Tax number" in beside
    assert "wind" in beside
    assert (merged["sector"], again["sector"]) == ("wind", None)
    assert ask("focal.a", "GET", f"/organisations/{other}").status_code == 200


def test_another_association_s_organisation_is_neither_shown_nor_merged(visit, world):
    browser, path = visit("focal.a"), f"/organisations/{world['company_a']}/merge"

    assert "Company b" not in browser.get(f"{path}?q=company").text
    assert "take.names" not in browser.get(f"{path}?other={world['company_b']}").text
    assert browser.get(f"/organisations/{world['company_b']}/merge").status_code == 403
    assert "Company b" not in browser.get("/duplicates").text

"""The capability framework on pages: drafted, filled and published in forms; read by everybody."""

import re

import pytest

TYPED = {
    "root": "management",
    "code": "MG-01",
    "names.en": "Carbon inventory",
    "names.zh-Hant": "碳盤查",
    "texts.en": "Computes emissions.",
    "levels.0.labels.en": "Knows",
    "levels.0.labels.zh-Hant": "知曉",
    "levels.1.labels.en": "Teaches",
    "levels.1.labels.zh-Hant": "教導",
}


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def start(browser, world):
    path = f"/organisations/{world['alliance']}/capabilities"
    typed = {"names.en": "Green framework", "names.zh-Hant": "綠色能力架構"}
    return browser.post(path, page=path, **typed).location.removeprefix("/members")


def test_an_edition_is_drafted_filled_and_published_and_read_in_both_languages(visit, world):
    browser = visit("organizer")
    draft = start(browser, world)
    refused = browser.post(draft, page=draft, **TYPED | {"code": "mg 1"})
    browser.post(draft, page=draft, **TYPED)
    hidden = visit("focal.a").get(draft)

    browser.post(f"{draft}/publish", page=draft)

    assert refused.status_code == 422
    assert "Use capitals, digits and hyphens" in refused.text
    assert hidden.status_code == 404
    path = f"/organisations/{world['alliance']}/capabilities"
    english, chinese = visit("focal.a").get(path).text, visit("focal.b", "zh-Hant").get(path).text
    assert "Carbon inventory" in english
    assert "Add a capability" not in english
    assert "碳盤查" in chinese
    assert "認知力" in chinese
    assert "教導" in chinese


def test_a_capability_of_a_draft_is_changed_and_taken_out(visit, world):
    browser = visit("organizer")
    draft = start(browser, world)
    browser.post(draft, page=draft, **TYPED)
    found = re.search(r"/members(/capabilities/[0-9a-f-]{36})\"", browser.get(draft).text)
    path = found[1]

    form = browser.get(path).text
    gone = {"levels.1.labels.en": "", "levels.1.labels.zh-Hant": ""}
    browser.post(path, page=path, **TYPED | {"names.en": "Inventory"} | gone)

    assert 'value="知曉"' in form
    assert "Inventory" in browser.get(draft).text
    assert "Teaches" not in browser.get(draft).text
    browser.post(f"{path}/remove", page=draft)
    assert "Inventory" not in browser.get(draft).text

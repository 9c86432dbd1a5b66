"""The pages of segments: making, changing, evaluating and removing one."""

import re

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_a_segment_is_made_changed_and_removed(visit, world):
    browser = visit("focal.a")
    path = f"/organisations/{world['association_a']}/segments"

    made = browser.post(path, kind="people", **{"names.en": "Everybody"})
    segment = made.headers["Location"].removeprefix("/members")
    shown = browser.get(segment).text
    browser.post(segment, q="delegate", **{"names.en": "Delegates"})
    changed = browser.get(segment).text
    browser.post(f"{segment}/remove", page=segment)

    assert "<li>Mei Delegate a</li>" in shown
    assert "<li>Mei Focal a</li>" in shown
    assert "<li>Mei Delegate a</li>" in changed
    assert "<li>Mei Focal a</li>" not in changed
    assert browser.get(segment).status_code == 404


def test_an_office_of_organisations_is_refused_beside_its_field(visit, world):
    browser = visit("focal.a", language="zh-Hant")
    path = f"/organisations/{world['association_a']}/segments"

    refused = browser.post(path, kind="organisations", role="delegate", **{"names.en": "X"})

    assert refused.status_code == 422
    assert re.search(r'id="f-role-fault">[^<]*[一-龥]', refused.text)

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


def test_a_segment_of_who_consents_is_made_by_the_purpose_s_title(visit, ask, world):
    words = {"titles": {"en": "Newsletter"}, "texts": {"en": "May we write to you?"}}
    path = f"/organisations/{world['association_a']}"
    purpose = ask("focal.a", "POST", f"{path}/consent-purposes", words | {"key": "news"}).json
    browser = visit("focal.a")
    asked = ask("focal.a", "GET", "/me/consents").json["items"][0]["words"]["hash"]
    given = {"purpose_id": purpose["id"], "text_hash": asked, "language": "en"}
    ask("focal.a", "POST", "/me/consents", given)

    offered = browser.get(f"{path}/segments").text
    fields = {"kind": "people", "names.en": "Readers", "consent": purpose["id"]}
    made = browser.post(f"{path}/segments", **fields)
    shown = browser.get(made.headers["Location"].removeprefix("/members")).text
    refused = browser.post(f"{path}/segments", **fields | {"kind": "organisations"})

    assert f'value="{purpose["id"]}">Newsletter</option>' in offered
    assert "<li>Mei Focal a</li>" in shown
    assert "<li>Mei Delegate a</li>" not in shown
    assert f'value="{purpose["id"]}" selected' in shown
    assert refused.status_code == 422
    assert 'id="f-consent-fault"' in refused.text

"""The public pages of organisations, and the form behind them."""

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_a_page_is_written_read_by_guests_and_taken_away(visit, world):
    browser = visit("focal.a")
    base = f"/organisations/{world['association_a']}"
    texts = {
        "texts.en": "We bring companies together.",
        "texts.zh-Hant": "串連企業。\n為產業發聲。",
    }

    saved = browser.post(f"{base}/profile", **texts)
    public = saved.headers["Location"].removeprefix("/members")
    guest = visit(None)
    shown = guest.get(public)
    chinese = visit(None, language="zh-Hant").get(public).text
    browser.post(f"{base}/profile/withdraw", page=f"{base}/profile")

    assert '<p class="lead">We bring companies together.</p>' in shown.text
    assert '<p class="lead">串連企業。</p><p>為產業發聲。</p>' in chinese
    assert guest.get(public).status_code == 404


def test_a_text_in_one_language_is_marked_with_it(visit, world):
    browser = visit("focal.a")
    base = f"/organisations/{world['association_a']}"
    saved = browser.post(f"{base}/profile", **{"texts.zh-Hant": "串連企業。\n為產業發聲。"})

    shown = visit(None).get(saved.headers["Location"].removeprefix("/members")).text

    assert (
        '<p class="lead" lang="zh-Hant">串連企業。</p><p lang="zh-Hant">為產業發聲。</p>' in shown
    )


def test_an_empty_page_is_refused_beside_its_field(visit, world):
    browser = visit("focal.a")

    refused = browser.post(f"/organisations/{world['association_a']}/profile")

    assert refused.status_code == 422


def test_nobody_writes_anothers_page(visit, world):
    browser = visit("focal.b")

    assert browser.get(f"/organisations/{world['association_a']}/profile").status_code == 404

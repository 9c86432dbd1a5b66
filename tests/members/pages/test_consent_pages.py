"""Consents and retention on pages."""

import re

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.fixture
def asked(visit, world):
    """Association a asks for a consent by its form; the page where it does."""
    browser, path = visit("focal.a"), f"/organisations/{world['association_a']}/consents"
    typed = {
        "key": "newsletter",
        "titles.en": "Newsletter",
        "texts.en": "May we write to you?",
        "texts.zh-Hant": "可以寫信給您嗎？",
    }
    assert browser.post(path, page=path, **typed).status_code == 303
    return path


def form_of(browser, verb):
    text = browser.get("/me/consents").text
    action = re.search(rf'action="/members(/me/consents/[0-9a-f-]+/{verb})"', text)
    words = re.search(r'name="text_hash" value="([0-9a-f]+)"', text)
    return action[1], {"text_hash": words[1]} if words else {}


def test_a_consent_is_given_and_taken_back_in_the_reader_s_language(visit, asked):
    browser = visit("focal.a", "zh-Hant")

    action, typed = form_of(browser, "give")
    before = browser.get("/me/consents").text
    browser.post(action, page="/me/consents", **typed)
    given = browser.get("/me/consents").text
    action, _ = form_of(browser, "withdraw")
    browser.post(action, page="/me/consents")

    assert "可以寫信給您嗎？" in before
    assert "127.0.0.1" in given
    assert "/withdraw" not in browser.get("/me/consents").text
    assert "127.0.0.1" in browser.get("/me/consents").text


def test_new_words_are_a_new_version_and_the_old_consent_says_so(visit, asked):
    browser = visit("focal.a")
    action, typed = form_of(browser, "give")
    browser.post(action, page="/me/consents", **typed)
    page = re.search(r'href="/members(/consent-purposes/[0-9a-f-]+)"', browser.get(asked).text)[1]

    browser.post(page, page=page, **{"titles.en": "News", "texts.en": "May we write often?"})

    text = browser.get("/me/consents").text
    assert "May we write often?" in text
    assert "to an older text" in text
    assert "可以寫信給您嗎？" not in visit("focal.a", "zh-Hant").get("/me/consents").text


def test_a_purpose_is_archived_and_others_don_t_see_its_page(visit, asked):
    browser = visit("focal.a")
    page = re.search(r'href="/members(/consent-purposes/[0-9a-f-]+)"', browser.get(asked).text)[1]

    refused = browser.post(asked, page=asked, **{"key": "newsletter", "titles.en": "A"})
    browser.post(f"{page}/archive", page=asked)

    assert refused.status_code == 422
    assert "archived" in browser.get(asked).text
    assert "/give" not in browser.get("/me/consents").text
    assert visit("focal.b").get(page).status_code == 404
    assert visit("focal.b").get(asked).status_code == 403


def test_a_page_that_was_open_while_the_words_changed_consents_to_nothing(visit, asked):
    browser = visit("focal.a")
    action, _ = form_of(browser, "give")

    browser.post(action, page="/me/consents", text_hash="0" * 64)

    assert "/give" in browser.get("/me/consents").text


def test_operators_see_how_long_data_are_kept(visit):
    text = visit("operator").get("/retention").text

    assert "audit_addresses" in text
    assert "365" in text
    assert visit("focal.a").get("/retention").status_code == 403


def test_what_is_asked_and_in_which_words_is_a_file(visit, asked):
    browser = visit("focal.a")

    file = browser.get(f"{asked}?format=csv").text

    assert f"/members{asked}?format=csv" in browser.get(asked).text
    assert "May we write to you?" in file
    assert "可以寫信給您嗎？" in file

"""Texts on pages: paragraphs and lists, and sentences in the page's language."""

import pytest
from flask import Flask

from shared.foundation.sentences import said
from shared.web import pages


@pytest.fixture
def on_a_page(monkeypatch):
    monkeypatch.setattr(pages, "page_language", lambda: "en")
    with Flask(__name__).test_request_context():
        yield


@pytest.mark.usefixtures("on_a_page")
def test_lines_that_begin_with_a_dash_or_a_bullet_are_a_list():
    shown = pages.prose({"en": "We ask:\n- needs <b>\n• trainers\n\nThat is all, 3 - 2."})

    assert shown == (
        "<p>We ask:</p><ul><li>needs &lt;b&gt;</li><li>trainers</li></ul><p>That is all, 3 - 2.</p>"
    )


@pytest.mark.usefixtures("on_a_page")
def test_a_list_in_another_language_says_so_and_is_closed_at_the_end():
    assert pages.prose({"zh-Hant": "・需求"}) == '<ul lang="zh-Hant"><li>需求</li></ul>'


@pytest.mark.usefixtures("on_a_page")
def test_a_sentence_within_another_is_said_in_the_page_s_language_to_its_last_value(monkeypatch):
    known = {
        "%(name)s lacks %(course)s.": "%(name)s缺%(course)s。",
        "%(what)s Ask.": "%(what)s請詢問。",
    }
    monkeypatch.setattr(pages, "page_language", lambda: "zh-Hant")
    monkeypatch.setattr(pages, "gettext", lambda text: known.get(text, text))
    course = {"en": "Carbon inventory", "zh-Hant": "碳盤查"}

    lacks = said("%(name)s lacks %(course)s.", name="Bo", course=course)

    assert pages.sentence(said("%(what)s Ask.", what=lacks)) == "Bo缺碳盤查。請詢問。"

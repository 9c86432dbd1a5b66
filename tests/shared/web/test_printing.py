"""Lists on paper: every row once, headings on each page, any script, and an end to their length."""

import io
import re

import pytest
from flask import Flask
from flask_babel import Babel
from pypdf import PdfReader

from shared.foundation.failures import Invalid
from shared.web import printing
from shared.web.printing import MOST_ROWS, paper_of

HEADINGS = ["Name", "Organisation", "Empty", "ID"]


@pytest.fixture(autouse=True)
def _in_an_app(monkeypatch):
    app = Flask("papers")
    Babel(app)
    monkeypatch.setattr(printing, "page_language", lambda: "zh-Hant")
    with app.test_request_context():
        yield


def pages_of(rows):
    paper = paper_of("registrations", HEADINGS, rows, when="2026-03-01")
    return [page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages]


def test_every_row_is_there_once_and_each_page_has_the_headings():
    pages = pages_of([f"陳大文 {number}", "機電公會", None, "x-1"] for number in range(200))

    words = "\n".join(pages)
    assert len(pages) > 2
    assert all("Name" in page and "Organisation" in page for page in pages)
    found = [int(number) for number in re.findall(r"陳大文 (\d+)", words)]
    assert found == list(range(200))
    assert "Empty" not in words
    assert "x-1" not in words


def test_a_long_text_is_broken_into_lines_within_its_column():
    (page,) = pages_of([["A", "word " * 60, None, "1"], ["B", "short", None, "2"]])

    assert page.count("word") == 60
    assert page.index("B") < page.index("short")


def test_a_list_of_nothing_has_its_headings():
    (page,) = pages_of([])

    assert "Name" in page


def test_a_list_that_nobody_prints_is_refused_with_what_to_do():
    rows = (["A", "B", None, "1"] for _ in range(MOST_ROWS + 1))

    with pytest.raises(Invalid, match="CSV or XLSX") as raised:
        paper_of("registrations", HEADINGS, rows, when="2026-03-01")

    assert raised.value.code == "too_long_to_print"

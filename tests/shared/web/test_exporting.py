"""Files of lists: nothing in them computes, and making them needs no more memory for more rows."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from shared.foundation.sheets import harmless
from shared.web.exporting import BYTE_ORDER_MARK, _csv, _xlsx

RISKY = ("=1+1", "+886 2", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1")


def rows_of(chunks):
    text = b"".join(chunks).decode()
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@pytest.mark.parametrize("text", RISKY)
def test_a_cell_that_could_be_a_formula_is_text_in_csv(text):
    assert harmless(text) == f"'{text}"


def test_numbers_and_dates_stay_what_they_are():
    assert harmless(-5) == "-5"
    assert harmless(date(2026, 5, 4)) == "2026-05-04"
    assert harmless(datetime(2026, 5, 4, 3, tzinfo=UTC)) == "2026-05-04T03:00:00Z"
    assert harmless("a=b") == "a=b"


def test_csv_keeps_every_script_comma_and_line():
    rows = [["台灣, 區", 'a "b"', "one\ntwo"]]

    assert rows_of(_csv(["=h", "b", "c"], iter(rows))) == [["'=h", "b", "c"], *rows]


@pytest.mark.parametrize("text", RISKY)
def test_a_cell_that_could_be_a_formula_is_a_string_in_xlsx(text):
    book = b"".join(_xlsx(["a", "b", "c"], iter([[text, -5, date(2026, 5, 4)]])))

    found = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()

    assert found[1][1:] == [-5.0, date(2026, 5, 4)]
    assert str(found[1][0]).strip() == text.strip()
    assert b"<f>" not in _unzipped(book)


def _unzipped(book: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(("write", "count"), [(_csv, 100_000), (_xlsx, 20_000)])
def test_memory_does_not_grow_with_the_rows(write, count):
    tracemalloc.start()
    try:
        rows = ([f"Company {number}", number, "台灣"] for number in range(count))
        total = sum(len(chunk) for chunk in write(["a", "b", "c"], rows))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert total > 100_000
    assert peak < 4_000_000

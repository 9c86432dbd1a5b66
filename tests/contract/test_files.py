"""Every list of the API can be had as a file with all its rows."""

import csv
import io

import pytest

from tests.contract.documents import Operation
from tests.contract.place import Place
from tests.contract.test_repeating import LISTS

pytestmark = pytest.mark.usefixtures("untouched")


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_list_is_had_as_csv_and_as_xlsx(place: Place, operation: Operation) -> None:
    plain = place.call(operation, by=place.operator, params={"limit": "500"})
    found = place.call(operation, by=place.operator, params={"format": "csv"})
    book = place.call(operation, by=place.operator, params={"format": "xlsx"})

    assert (plain.status_code, found.status_code, book.status_code) == (200, 200, 200)
    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert found.headers["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.reader(io.StringIO(found.text.removeprefix("\ufeff"))))
    assert len(rows) > len(plain.json()["items"])
    assert {len(row) for row in rows} == {len(rows[0])}
    assert book.content.startswith(b"PK\x03\x04")

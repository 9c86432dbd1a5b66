"""Files to import, made by hand: what offices send, and what nobody should."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import pytest

from services.members.actions.imports.sheets import read_sheet

COMPANIES = ("統一編號", "公司名稱", "電子郵件")
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def a_csv(rows: Iterable[Sequence[object]], *, encoding: str = "utf-8", comma: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=comma).writerows(rows)
    return text.getvalue().encode(encoding)


def a_sheet(rows: Iterable[Sequence[object]]) -> bytes:
    """An XLSX of these rows: numbers as numbers, the rest as texts in the cells."""
    lines = (f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    return a_workbook(f"<sheetData>{''.join(lines)}</sheetData>")


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def a_workbook(sheet: str, **more: Any) -> bytes:
    """An XLSX with this content of its only sheet. more: further entries of the archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="名單" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{SPREADSHEET}">{sheet}</worksheet>'
        )
        for name, content in more.items():
            archive.writestr(name, content)
    return made.getvalue()


def a_form(
    texts: dict[str, str], filename: str, content: bytes, *, edge: str = "edge"
) -> dict[str, Any]:
    """What a test client is given to send a file in a form, however large."""
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in texts.items()
    ]
    named = f'form-data; name="file"; filename="{filename}"'
    head = f"--{edge}\r\nContent-Disposition: {named}\r\n\r\n"
    body = ("".join(parts) + head).encode() + content + f"\r\n--{edge}--\r\n".encode()
    return {"data": body, "content_type": f"multipart/form-data; boundary={edge}"}


def tax_numbers(count: int) -> list[str]:
    """So many good ones: the last digit makes the weighted sum divide by ten."""
    found = []
    for base in range(1_000_000, 1_000_000 + count):
        digits = f"{base}"
        weights = (1, 2, 1, 2, 1, 2, 4)
        products = (int(d) * w for d, w in zip(digits, weights, strict=True))
        total = sum(product // 10 + product % 10 for product in products)
        found.append(f"{digits}{-total % 10}")
    return found


@pytest.mark.parametrize("value", ["台灣", "a & b", "1", ""])
def test_a_sheet_made_here_is_read_as_it_was_made(value: str) -> None:
    rows = list(read_sheet(a_sheet([("name", "n"), (value, 12345678)])))

    assert rows == [(1, ["name", "n"]), (2, [value, "12345678"])]

"""Files as tables: what offices send is read, what is hostile is refused and harms nothing."""

import io
import zipfile

import pytest

from services.members.actions.failures import BadFile
from services.members.actions.imports import sheets
from services.members.actions.imports.fields import guess_field
from services.members.actions.imports.tables import open_table
from tests.members.test_import_files import COMPANIES, a_csv, a_sheet, a_workbook

ROW = ("04595257", "聯華氣體", "a@one.example")


def table_of(content, filename="list.csv", kind="companies"):
    table = open_table(kind, filename, content)
    return table.columns, list(table.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp950"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_a_csv_is_read_in_any_encoding_and_with_any_comma(encoding, comma):
    content = a_csv([COMPANIES, ROW], encoding=encoding, comma=comma)

    assert table_of(content) == (list(COMPANIES), [(2, list(ROW))])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_chinese_in_utf_16_needs_no_mark_at_its_beginning(encoding):
    names = [f"第一{chr(0x4E00 + step)}{chr(0x5500 + step)}股份有限公司" for step in range(90)]
    content = a_csv([("公司名稱",), *((name,) for name in names)], encoding=encoding)

    assert [cells for _, cells in table_of(content)[1]] == [[name] for name in names]


def test_big5_is_read_as_hong_kong_writes_it_too():
    content = a_csv([("公司名稱",), ("深水埗堃邨有限公司",)], encoding="big5hkscs")

    assert table_of(content)[1] == [(2, ["深水埗堃邨有限公司"])]


@pytest.mark.parametrize(("comma", "other"), [(",", ";"), (";", ","), ("\t", ",")])
def test_what_stands_in_quotes_parts_no_columns(comma, other):
    quoted = other.join("甲乙丙丁戊")
    content = f'Name{comma}Address\n"{quoted}"{comma}"No. 1{other} ""A""{other} Taipei"\n'.encode()

    assert table_of(content)[1] == [(2, [quoted, f'No. 1{other} "A"{other} Taipei'])]


def test_commas_of_addresses_part_no_columns_of_a_file_with_semicolons():
    content = b"Members, of 2026, all, by name\nName;Address\nA;1, Main St, Taipei, TW\n"

    assert table_of(content)[1] == [(3, ["A", "1, Main St, Taipei, TW"])]


def test_a_sheet_is_read_with_the_numbers_that_its_user_sees():
    content = a_sheet([("會員名冊",), (), COMPANIES, (), (4595257.0, *ROW[1:])])

    assert table_of(content, "list.xlsx") == (list(COMPANIES), [(5, ["4595257", *ROW[1:]])])


def test_titles_above_the_header_are_left_out():
    content = a_csv([("Members 2026",), (), COMPANIES, ROW])

    assert table_of(content)[0] == list(COMPANIES)


def test_columns_without_a_name_or_with_the_same_get_their_own():
    columns, _ = table_of(a_csv([("Name", "", "Note", "Note", "Email"), ("A",)]))

    assert columns == ["Name", "Column 2", "Note", "Note (4)", "Email"]


def test_a_telephone_number_is_no_formula():
    content = a_csv([("Name", "Phone", "Note"), ("A", "+886 3 582 0100", "-"), ("B", "-", "@one")])

    assert len(table_of(content)[1]) == 2


BOMB = a_workbook("<sheetData/>", **{"xl/media/a.bin": b"\0" * 30_000_000})
FAR = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
FORMULA = '<sheetData><row><c t="str"><f>1+1</f><v>2</v></c></row></sheetData>'
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def an_archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    return made.getvalue()


@pytest.mark.parametrize(
    ("filename", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf\n,,\n", "empty"),
        ("a.csv", a_csv([COMPANIES]), "no rows"),
        ("a.csv", a_csv([COMPANIES, ROW]) + b"\x00\x00", "NUL"),
        ("a.csv", PICTURE, "called .csv"),
        ("a.csv", "名稱,email\n公司".encode()[:-1], "middle of a character"),
        ("a.csv", "Name\nA".encode("utf-16")[:-1], "middle of a character"),
        ("a.csv", b'Name,Email\nA,"b@one', "Is it whole"),
        ("a.csv", b"Name,Email\n\xff\xff\xff\xff,b\n", "neither UTF-8"),
        ("a.csv", b"Name" + b",x" * 1_000_000 + b"\nA\n", "too many columns"),
        ("a.csv", a_csv([("Name", "Email"), ("A", "b" * 200_000)]), "no CSV"),
        ("a.csv", a_csv([("Name", "Email"), ("=HYPERLINK(1)", "b")]), "formula"),
        ("a.csv", a_csv([("Name", "Email"), ("@SUM(1+1)", "b")]), "formula"),
        ("a.csv", a_csv([("Name", "Email"), ("+cmd|' /C calc'!A0", "b")]), "formula"),
        ("a.pdf", b"%PDF-1.7", "Send a CSV or XLSX"),
        ("a.xlsx", a_csv([COMPANIES, ROW]), "called .xlsx"),
        ("a.csv", a_sheet([COMPANIES, ROW]), "called .csv"),
        ("a.xls", b"\xd0\xcf\x11\xe0 old", "old Excel"),
        ("a.xlsx", a_sheet([COMPANIES, ROW])[:-300], "not a whole XLSX"),
        ("a.xlsx", an_archive(), "no XLSX"),
        ("a.xlsx", BOMB, "too large"),
        ("a.xlsx", a_workbook(FAR), "too many columns or rows"),
        ("a.xlsx", a_workbook(FORMULA), "formulas"),
        ("a.xlsx", a_workbook("<sheetData/>"), "no sheet with cells"),
        ("a.xlsx", a_workbook("<sheetData><row><c"), ""),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(filename, content, said):
    with pytest.raises(BadFile) as refused:
        table_of(content, filename)

    assert said in refused.value.detail
    assert [fault.pointer for fault in refused.value.faults] == ["/file"]


def test_a_sheet_that_eats_its_process_is_refused(monkeypatch, tmp_path):
    program = tmp_path / "eats.py"
    program.write_text(
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (10**8, 10**8))\n"
        "held = bytearray(10**9)\n"
    )
    monkeypatch.setattr(sheets, "PROGRAM", program)

    with pytest.raises(BadFile, match="too large"):
        list(sheets.read_sheet(a_sheet([COMPANIES, ROW])))


def test_a_sheet_that_takes_forever_is_refused(monkeypatch, tmp_path):
    program = tmp_path / "sleeps.py"
    program.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(sheets, "PROGRAM", program)
    monkeypatch.setattr(sheets, "SECONDS", 0.5)

    with pytest.raises(BadFile, match="too large"):
        list(sheets.read_sheet(a_sheet([COMPANIES, ROW])))


@pytest.mark.parametrize(
    ("column", "field"),
    [
        *[("name_zh", "name.zh-Hant"), ("Name (zh-Hant)", "name.zh-Hant")],
        *[("name_en", "name.en"), ("公司中文名稱", "name.zh-Hant"), ("name", "name")],
    ],
)
def test_a_column_is_known_by_what_people_call_it(column, field):
    assert guess_field("companies", column, {}) == field


def test_what_our_own_files_guard_with_an_apostrophe_comes_back_as_it_was():
    cells = ("'+886 3 582 0100", "'-1 Solar Ltd.", "'Twas Ltd.", "'=1+1")
    content = a_csv([(*COMPANIES, "note"), cells])

    assert table_of(content)[1] == [(2, ["+886 3 582 0100", "-1 Solar Ltd.", *cells[2:]])]

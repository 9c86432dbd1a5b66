"""A file as a table of texts: CSV in the encodings that offices use, or XLSX.

What can't be one is refused with a sentence: nothing of a file is trusted.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import PurePath
from typing import Final

from services.members.actions.failures import BadFile
from services.members.actions.imports.fields import is_header
from services.members.actions.imports.sheets import read_sheet
from shared.foundation.failures import Fault
from shared.foundation.sentences import said
from shared.foundation.sheets import unguarded

MOST_COLUMNS: Final = 200
MOST_ROWS: Final = 100_000
LONGEST_CELL: Final = 10_000
LONGEST_COLUMN: Final = 200
HEADER_WITHIN: Final = 10
"""In how many rows from the top the header is looked for, below titles."""
HEAD_LETTERS: Final = 20_000
ZIP: Final = b"PK\x03\x04"
BIG5: Final = ("cp950", "big5hkscs")
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
NO_TABLES: Final = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF"),
    *(b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"),
)
"""How pictures, PDFs and archives begin."""
DELIMITERS: Final = (",", ";", "\t")
QUOTED: Final = re.compile(r'(?m)(?:^|(?<=[,;\t]))"(?:[^"]|"")*(?:"|\Z)')
TEXT_SUFFIXES: Final = ("", ".csv", ".tsv", ".txt")
SHEET_SUFFIXES: Final = ("", ".xlsx")
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A program may run what begins so (OWASP, CSV injection); a telephone number is no formula.
FORMULA: Final = re.compile(r"\s*(=|@\w+\(|[+\-][^\d\s].*[(|!]|[+\-].*\|)")

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """columns: their names, each once. rows: number and cells; reading on may raise BadFile."""

    columns: list[str]
    rows: Iterator[Row]


def bad_file(detail: str, *, code: str | None = None) -> BadFile:
    """A refusal that points to the file."""
    return BadFile(detail, code=code, faults=[Fault("/file", detail)])


def open_table(kind: str, filename: str, content: bytes) -> Table:
    """The file's table. kind: of what it is an import. Raises BadFile."""
    suffix = PurePath(filename).suffix.lower()
    if not content.strip(b"\x00\r\n\t ,;\xef\xbb\xbf\xff\xfe"):
        raise bad_file("The file is empty.")
    if content.startswith(OLD_EXCEL) or suffix == ".xls":
        raise bad_file("This is an old Excel file. Save it as XLSX or CSV.")
    is_sheet = content.startswith(ZIP)
    suffixes = SHEET_SUFFIXES if is_sheet else TEXT_SUFFIXES
    if suffix not in suffixes or content.startswith(NO_TABLES):
        raise bad_file(
            said(
                "The file is called %(suffix)s, but its content is not. Send CSV or XLSX.",
                suffix=suffix,
            )
            if suffix in (*SHEET_SUFFIXES, *TEXT_SUFFIXES)
            else said("Send a CSV or XLSX file.")
        )
    rows = read_sheet(content) if is_sheet else _csv_rows(kind, content, _require_text(content))
    return _table(kind, _checked(rows))


def _require_text(content: bytes) -> str:
    """The encoding of the file, all of which is text in it."""
    encoding = _encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data" and error.start >= len(content) - 3
        if encoding != "utf-8" or is_cut:
            raise bad_file(
                "The file ends in the middle of a character; it is not whole."
            ) from error
        encoding, text = _big5(content)
    if CONTROL.search(text):
        raise bad_file("The file holds NULs or other control characters; it is not a CSV file.")
    return encoding


def _encoding_of(content: bytes) -> str:
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = content[:HEAD_LETTERS]
    if len(content) % 2 == 0 and 0 in head:
        # Chinese in UTF-16 has few NULs; its ends of lines are no other characters' halves.
        pairs = Counter(zip(head[::2], head[1::2], strict=True))
        little, big = pairs[0x0A, 0], pairs[0, 0x0A]
        if little or big:
            return "utf-16-le" if little > big else "utf-16-be"
    return "utf-8"


def _big5(content: bytes) -> tuple[str, str]:
    """The encoding, as in Taipei or as in Hong Kong, and the text."""
    for encoding in BIG5:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise bad_file("The file's text is neither UTF-8 nor UTF-16 nor Big5. Save it as CSV UTF-8.")


def _delimiter(kind: str, head: str) -> str:
    """What parts the names of the columns, or else comes most often outside of quotes."""
    plain = QUOTED.sub("", head).split("\n", HEADER_WITHIN)
    counts = {each: max(line.count(each) for line in plain) for each in DELIMITERS}
    if max(counts.values()) > 20 * MOST_COLUMNS:
        raise _too_wide()
    lines = head.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]

    def rank(each: str) -> tuple[bool, int]:
        rows = ([cell.strip(' "\r\ufeff') for cell in line.split(each)] for line in lines)
        return any(is_header(kind, cells) for cells in rows), counts[each]

    return max(DELIMITERS, key=rank)


def _csv_rows(kind: str, content: bytes, encoding: str) -> Iterator[Row]:
    # Decoded anew while it is read: the whole text would take four times the file's size.
    delimiter = _delimiter(kind, _lines(content, encoding).read(HEAD_LETTERS))
    reader = csv.reader(_lines(content, encoding), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield number, cells
    except csv.Error as error:
        raise bad_file(
            said(
                "After row %(number)s the file is no CSV any more: %(why)s. Is it whole?",
                number=number,
                why=str(error),
            )
        ) from error


def _lines(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _too_wide() -> BadFile:
    return bad_file(
        said("The file has too many columns: %(most)s are the most.", most=MOST_COLUMNS)
    )


def _checked(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows that are not empty, trimmed; within bounds, and without formulas."""
    for number, cells in rows:
        if number > MOST_ROWS + HEADER_WITHIN:
            raise bad_file(
                said("The file has too many rows: %(most)s are the most.", most=MOST_ROWS)
            )
        if len(cells) > MOST_COLUMNS and any(each.strip() for each in cells[MOST_COLUMNS:]):
            raise _too_wide()
        trimmed = [_own(each.strip()) for each in cells[:MOST_COLUMNS]]
        if any(trimmed):
            for cell in trimmed:
                _require_plain(number, cell)
            yield number, trimmed


def _own(cell: str) -> str:
    """Without the apostrophe that our own files put before what a program might compute."""
    if cell[:1] != "'":
        return cell
    plain = unguarded(cell)
    return cell if FORMULA.match(plain) else plain


def _require_plain(number: int, cell: str) -> None:
    if cell[:1] in ("=", "@", "+", "-") and FORMULA.match(cell):
        raise bad_file(
            said(
                "Row %(number)s holds a formula: %(cell)s. Send values only.",
                number=number,
                cell=cell[:40],
            ),
            code="formula",
        )
    if len(cell) > LONGEST_CELL:
        raise bad_file(
            said(
                "Row %(number)s has a cell of more than %(most)s characters.",
                number=number,
                most=LONGEST_CELL,
            )
        )


def _table(kind: str, rows: Iterator[Row]) -> Table:
    top = list(islice(rows, HEADER_WITHIN))
    if not top:
        raise bad_file("The file is empty.")
    place = next((n for n, (_, cells) in enumerate(top) if is_header(kind, cells)), 0)
    header = top[place][1]
    while header and not header[-1]:
        header.pop()
    below = chain(top[place + 1 :], rows)
    first = next(below, None)
    if first is None:
        raise bad_file("The file has a header, but no rows below it.")
    return Table(_named(header), chain([first], below))


def _named(header: list[str]) -> list[str]:
    """The columns' names, on one line; those without get one, and none comes twice."""
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        name = " ".join(CONTROL.sub("", cell).split())[:LONGEST_COLUMN] or f"Column {place}"
        names.append(name if name not in names else f"{name} ({place})")
    return names

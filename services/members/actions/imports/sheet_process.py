"""A program of its own: reads an XLSX from its input and writes a JSON line for each row.

It limits itself first, so that a hostile file can only end this process. Its exit status says
what is wrong: 3 not whole, 4 too wide or long, 5 formulas, 6 no cells, 7 locked.
"""

import io
import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime
from typing import Any, Final, NoReturn

MOST_MEMORY_BYTES: Final = 768 * 1024 * 1024
MOST_SECONDS: Final = 20
MOST_OUTPUT_BYTES: Final = 200 * 1024 * 1024
MOST_COLUMNS: Final = 1_000
MOST_ROWS: Final = 110_000
MOST_CELLS: Final = 12_000_000
CHUNK_BYTES: Final = 1024 * 1024
OVERLAP_BYTES: Final = 32
FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
# Where a cell or a row says its place: A1, r="1".
FARTHEST: Final = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')


class Refused(Exception):
    """Carries the exit status."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def limit() -> None:
    """No more memory, time, output and processes than any honest file needs."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def require_values(content: bytes) -> None:
    """Refuse sheets with formulas, and those whose cells lie too far out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with archive.open(name) as sheet:
                    _scan(sheet)


def _scan(sheet: Any) -> None:
    before = b""
    while chunk := sheet.read(CHUNK_BYTES):
        text = before + chunk
        if FORMULA.search(text):
            raise Refused(5)
        for column, row in FARTHEST.findall(text):
            if len(column) > 2 or int(row) > MOST_ROWS:
                raise Refused(4)
        before = text[-OVERLAP_BYTES:]


def text_of(value: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, days as ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def write_rows(content: bytes) -> None:
    """The first sheet with cells, a line each row: [number, [text, …]]."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 limits come first

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            continue
        height, width = sheet.end[0] + 1, sheet.end[1] + 1
        if width > MOST_COLUMNS or height > MOST_ROWS or height * width > MOST_CELLS:
            raise Refused(4)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            sys.stdout.write(json.dumps([number, [text_of(cell) for cell in cells]]) + "\n")
        return
    raise Refused(6)


def main() -> NoReturn:
    """Read, check, write; end with the status."""
    limit()
    content = sys.stdin.buffer.read()
    try:
        require_values(content)
        write_rows(content)
        sys.stdout.flush()
    except Refused as refused:
        sys.exit(refused.status)
    except MemoryError:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 whatever a hostile file brings about is its refusal
        sys.exit(7 if "password" in type(error).__name__.lower() else 3)
    sys.exit(0)


if __name__ == "__main__":
    main()

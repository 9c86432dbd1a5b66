"""Any list as a file: CSV or XLSX with the list's filters, in memory that does not grow with it.

And as PDF to print, of lists that one would. A list's door asks `file_format` and answers
`send_sheet`; the rows are read a page at a time, each in its own short reading, so a slow client
holds no connection and no transaction.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from flask import Response, request
from flask_babel import gettext
from marshmallow import Schema, fields, validate
from sqlalchemy import Select

from shared.database import Database
from shared.foundation.failures import Invalid
from shared.foundation.later import Later
from shared.foundation.logs import get_logger
from shared.foundation.sheets import Cell, Sheet, harmless, is_risky, plain_text
from shared.web.context import now, service, this_day
from shared.web.identity import asker
from shared.web.paging import Key, PageArguments, page_of, page_schema
from shared.web.printing import paper_of

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet
else:
    xlsxwriter = Later("xlsxwriter")

AT_ONCE: Final = 1000
CHUNK_BYTES: Final = 64 * 1024
BYTE_ORDER_MARK: Final = "\ufeff"
SHEET_ROWS: Final = 1_000_000
"""Of one sheet of a workbook; the rest goes on the next (Excel: 1,048,576)."""
LONGEST_CELL: Final = 32_767
"""Characters that an XLSX cell may hold (ECMA-376, Excel's limits)."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final[Mapping[str, str]] = {"csv": "text/csv", "xlsx": XLSX, "pdf": "application/pdf"}
Rows = Iterator[Sequence[Cell | datetime]]
View = TypeVar("View", bound=Callable[..., Any])
log = get_logger()


def list_response(blueprint: Any, item: type[Schema]) -> Callable[[View], View]:
    """Document a list of `item` that answers as a file too."""
    return or_as_file(blueprint, page_schema(item))


def or_as_file(
    blueprint: Any, page: type[Schema] | Schema, *, is_printed: bool = True
) -> Callable[[View], View]:
    """Document an answer that can be had as a file too. is_printed: as PDF among others."""
    content: dict[str, Any] = {
        "application/json": {"schema": page},
        "text/csv": {"schema": {"type": "string"}},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
    }
    if is_printed:
        content[TYPES["pdf"]] = {"schema": {"type": "string", "format": "binary"}}
    described = {"200": {"description": "A page, or all rows as a file", "content": content}}

    def decorate(view: View) -> View:
        documented: View = blueprint.doc(responses=described)(blueprint.response(200, page)(view))
        return documented

    return decorate


class FileArguments(Schema):
    """Query of what can be had as a file."""

    format = fields.String(
        load_default=None,
        validate=validate.OneOf(("json", *TYPES)),
        metadata={
            "description": "csv or xlsx: all rows of the filters, as a file; pdf, of many lists: "
            "to print, of 1,000 rows at most; or ask by Accept. cursor, limit: of pages alone"
        },
    )


class ListArguments(PageArguments, FileArguments):
    """Query of a list that can be had as a file."""


def file_format(arguments: Mapping[str, Any]) -> str | None:
    """csv, xlsx or pdf, if a file is wanted: by `format`, or else by Accept. Raises Invalid.

    arguments: of the query, loaded by ListArguments or as they came to a page.
    """
    wanted = arguments.get("format")
    if wanted in (None, ""):
        offered = ("text/html", "application/json", *TYPES.values())
        best = request.accept_mimetypes.best_match(offered)
        wanted = next((name for name, kind in TYPES.items() if kind == best), "json")
    elif wanted not in ("json", *TYPES):
        raise Invalid.at("/format", "A list can be had as json, csv, xlsx or pdf.")
    if wanted != "json" and arguments.get("cursor"):
        raise Invalid.at("/cursor", "A file has all rows; ask for it without a cursor.")
    return None if wanted == "json" else wanted


def send_sheet(sheet: Sheet, query: Select[Any], keys: Sequence[Key], *, kind: str) -> Response:
    """Answer all rows of the query as a file. kind: csv, xlsx or pdf.

    What fails before the first bytes is a problem; later the answer breaks off.
    """
    rows = _rows(service().database, sheet, query, keys)
    return send_rows(sheet.name, sheet.headings, rows, kind=kind, given=sheet.given)


def send_rows(
    name: str, headings: Sequence[str], rows: Rows, *, kind: str, given: Sequence[str] = ()
) -> Response:
    """Answer the rows as a file of that name. headings: in English. given: before them, as is."""
    headings = [*given, *(gettext(heading) for heading in headings)]
    if kind == "pdf":
        when = f"{now():%Y-%m-%d %H:%M} UTC"
        chunks = iter([paper_of(name, headings, rows, when=when)])
    else:
        chunks = _csv(headings, rows) if kind == "csv" else _xlsx(headings, rows)
    first = next(chunks)
    response = Response(_resumed(first, chunks), content_type=TYPES[kind])
    if kind == "csv":
        response.content_type = f"{TYPES[kind]}; charset=utf-8"
    filename = f"{name}-{this_day()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    log.info("list_exported", list=name, format=kind, by=asker().name)
    return response


def _rows(database: Database, sheet: Sheet, query: Select[Any], keys: Sequence[Key]) -> Rows:
    cursor: str | None = None
    while True:
        with database.reading() as session:
            page, cursor = page_of(session, query, keys, cursor=cursor, limit=AT_ONCE)
            cells = list(sheet.cells(session, page))
        yield from cells
        if cursor is None:
            return


def _resumed(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _csv(headings: Sequence[str], rows: Rows) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow([harmless(heading) for heading in headings])
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        if buffer.tell() >= CHUNK_BYTES:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _xlsx(headings: Sequence[str], rows: Rows) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        _write_workbook(file, headings, rows)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _write_workbook(file: IO[bytes], headings: Sequence[str], rows: Rows) -> None:
    # A row goes to disk as soon as the next one begins.
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        quoted = book.add_format({"quote_prefix": True})
        in_days = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet, number = _new_sheet(book, headings), 0
        for row in rows:
            if number == SHEET_ROWS:
                sheet, number = _new_sheet(book, headings), 0
            number += 1
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, value, quoted=quoted, in_days=in_days)


def _new_sheet(book: "xlsxwriter.Workbook", headings: Sequence[str]) -> "Worksheet":
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 20)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    return sheet


def _write_cell(
    sheet: "Worksheet",
    row: int,
    column: int,
    value: Cell | datetime,
    *,
    quoted: "Format",
    in_days: "Format",
) -> None:
    """Text is always a string cell; what begins like a formula stays text when it is edited."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        sheet.write_datetime(row, column, value, in_days)
    else:
        text = plain_text(value)[:LONGEST_CELL]
        sheet.write_string(row, column, text, quoted if is_risky(text) else None)

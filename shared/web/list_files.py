"""Lists without a sheet of their own as files: a row for each item, a column for each field.

The columns are called as the fields of the JSON are, parts of a field after a dot.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from shared.foundation.failures import Invalid
from shared.foundation.languages import LANGUAGES
from shared.foundation.sheets import Cell
from shared.web.context import unit_of_work
from shared.web.exporting import View, file_format, or_as_file, send_rows
from shared.web.fields import TextsOut
from shared.web.paging import LARGEST_PAGE

SEPARATOR: Final = "."
Path = tuple[str, ...]


def listed(blueprint: Any, page: type[Schema]) -> Callable[[View], View]:
    """Document a list, and answer it as CSV or XLSX where that is asked for.

    page: as `page_schema` makes it. The view's first argument is of ListArguments.
    """
    item = _item_of(page)
    columns = list(_columns(item))

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(arguments: dict[str, Any], **names: Any) -> ResponseReturnValue:
            kind = file_format(arguments)
            filters = {name: value for name, value in arguments.items() if name != "format"}
            if kind is None:
                plain: ResponseReturnValue = view(filters, **names)
                return plain
            if kind == "pdf":
                raise Invalid.at("/format", "This list can be had as csv or xlsx.")
            rows = _kept(_rows(lambda asked: view(filters | dict(asked), **names), item, columns))
            name = request.path.rpartition("/")[2]
            headings = [SEPARATOR.join(path) for path in columns]
            return send_rows(name, (), rows, kind=kind, given=headings)

        return or_as_file(blueprint, page, is_printed=False)(cast(View, answer))

    return decorate


def _item_of(page: type[Schema]) -> Schema:
    items = cast("fields.List[Any]", page().fields["items"])
    return cast(fields.Nested, items.inner).schema


def _columns(schema: Schema, before: Path = ()) -> Iterator[Path]:
    """The ways to the plain values of an item."""
    for name, field in schema.dump_fields.items():
        path = (*before, field.data_key or name)
        if isinstance(field, fields.Nested) and not field.schema.many:
            yield from _columns(field.schema, path)
        elif isinstance(field, TextsOut):
            yield from ((*path, language) for language in LANGUAGES)
        else:
            yield path


def _rows(
    page_of: Callable[[Mapping[str, Any]], Any], item: Schema, columns: Sequence[Path]
) -> Iterator[list[Cell]]:
    """Every page in turn, each in a reading of its own."""
    cursor: str | None = None
    while True:
        with unit_of_work():
            found = page_of({"cursor": cursor, "limit": LARGEST_PAGE})
            items = [cast("dict[str, Any]", item.dump(each)) for each in found["items"]]
        yield from ([_cell(each, path) for path in columns] for each in items)
        if found["next"] is None:
            return
        cursor = parse_qs(urlsplit(found["next"]).query)["cursor"][0]


def _cell(value: Any, path: Path) -> Cell:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else None
    return cast(Cell, value)


def _kept(rows: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
    """The rows by way of the disk: all are read before the request is over."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.seek(0)
        for line in file:
            yield json.loads(line)

"""Lists by keyset: a cursor holds the last row's sort values; no page numbers, no offset."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import ColumnElement, Label, Select, and_, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.foundation.failures import Invalid
from shared.web.fields import is_storable

LARGEST_PAGE: Final = 500
LARGEST_INTEGER: Final = 2**63 - 1
READERS: Final[dict[type[Any], Callable[[Any], Any]]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
    str: str,
}


class PageArguments(Schema):
    """Query of every list; subclasses add their filters and `sort`."""

    class Meta:
        unknown = RAISE

    cursor = fields.String(metadata={"description": "From `next` of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST_PAGE))


@dataclass(frozen=True)
class Key:
    """One sort column, or an expression that goes by its name. The last key must be unique."""

    column: InstrumentedAttribute[Any] | Label[Any]
    descending: bool = False

    @property
    def name(self) -> str:
        """The attribute's name."""
        return self.column.key

    def after(self, value: Any) -> ColumnElement[bool]:
        """Rows that come later than the value."""
        return self.column < value if self.descending else self.column > value


def _read_value(kind: type[Any], value: Any) -> Any:
    if kind is int and type(value) is int and abs(value) <= LARGEST_INTEGER:
        return value
    if kind is int or not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return READERS[kind](value)


def _read_cursor(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        values = json.loads(text)
        if not is_storable(values):
            raise ValueError(text)
        kinds = [key.column.type.python_type for key in keys]
        return [_read_value(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Invalid(
            "This cursor is not one of ours; start without it.", code="bad_cursor"
        ) from error


def _write_cursor(row: Any, keys: Sequence[Key]) -> str:
    values = [getattr(row, key.name) for key in keys]
    plain = [v.isoformat() if isinstance(v, date) else v for v in values]
    packed = json.dumps([str(v) if isinstance(v, UUID) else v for v in plain])
    return base64.urlsafe_b64encode(packed.encode()).decode()


def _after(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    if len({key.descending for key in keys}) == 1:
        # A row value is one range of the index; alternatives would be scanned from the start.
        columns, wanted = tuple_(*[key.column for key in keys]), tuple_(*values)
        return columns < wanted if keys[0].descending else columns > wanted
    later = []
    for place, key in enumerate(keys):
        same = [k.column == v for k, v in zip(keys[:place], values[:place], strict=True)]
        later.append(and_(*same, key.after(values[place])))
    return or_(*later)


def page_of(
    session: Session, query: Select[Any], keys: Sequence[Key], *, cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """One page of entities and the cursor of the next, or None at the end."""
    if cursor:
        query = query.where(_after(keys, _read_cursor(cursor, keys)))
    order = [key.column.desc() if key.descending else key.column.asc() for key in keys]
    rows = list(session.scalars(query.order_by(*order).limit(limit + 1)))
    has_more = len(rows) > limit
    rows = rows[:limit]
    return rows, _write_cursor(rows[-1], keys) if has_more else None


def list_answer(items: Sequence[Any], cursor: str | None) -> dict[str, Any]:
    """`{"items": […], "next": path | null}` for the present request."""
    if cursor is None:
        return {"items": items, "next": None}
    arguments = request.args.to_dict(flat=False) | {"cursor": [cursor]}
    return {"items": items, "next": f"{request.path}?{urlencode(arguments, doseq=True)}"}


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a list of `item`."""
    declared: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(required=True, allow_none=True),
    }
    name = item.__name__.removesuffix("Out")
    return type(f"{name}Page", (Schema,), declared)

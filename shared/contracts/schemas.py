"""Marshmallow schemas made from the frozen dataclasses that messages and their parts are."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import EXCLUDE, Schema, post_load, validate
from marshmallow import fields as kinds

PLAIN: dict[Any, type[kinds.Field[Any]]] = {
    str: kinds.String,
    int: kinds.Integer,
    bool: kinds.Boolean,
    UUID: kinds.UUID,
    date: kinds.Date,
}


class _Shape(Schema):
    """Loads to the dataclass; a field that a newer teller added is passed over."""

    class Meta:
        unknown = EXCLUDE

    shape: type[Any]

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Any:
        """The dataclass of the loaded values."""
        frozen = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return self.shape(**frozen)


def _container(hint: Any, options: dict[str, Any]) -> kinds.Field[Any] | None:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple or origin is list:
        return kinds.List(_field(inner[0], {}), **options)
    if hint is Mapping or origin in (dict, Mapping) or str(origin).endswith("abc.Mapping'>"):
        return kinds.Dict(keys=kinds.String(), **options)
    if origin is Literal:
        return kinds.String(validate=validate.OneOf(inner), **options)
    return None


def _field(hint: Any, options: dict[str, Any]) -> kinds.Field[Any]:
    if get_origin(hint) in (Union, UnionType):
        options = options | {"allow_none": True}
        hint = next(each for each in get_args(hint) if each is not NoneType)
    if is_dataclass(hint):
        return kinds.Nested(schema_of(hint), **options)
    if hint is datetime:
        return kinds.AwareDateTime(format="iso", **options)
    if hint in PLAIN:
        return PLAIN[hint](**options)
    found = _container(hint, options)
    if found is None:
        raise TypeError(f"no marshmallow field for {hint}")
    return found


def schema_of(shape: Any) -> Schema:
    """The schema of a frozen dataclass: a field without a default is required."""
    return _made(shape)


@cache
def _made(shape: Any) -> Schema:
    hints = get_type_hints(shape)
    declared: dict[str, Any] = {}
    for item in fields(shape):
        is_required = item.default is MISSING and item.default_factory is MISSING
        declared[item.name] = _field(hints[item.name], {"required": is_required})
    made = type(shape.__name__, (_Shape,), declared | {"shape": shape})
    schema: Schema = made()
    return schema

"""Typed settings from environment variables that start with PLENARY_."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Final, TypeVar, cast

from marshmallow import ValidationError
from marshmallow import fields as kinds

from shared.foundation.failures import BadSettings

PREFIX: Final = "PLENARY_"
KINDS: Final[Mapping[str, kinds.Field[Any]]] = {
    "int": kinds.Integer(),
    "float": kinds.Float(),
    "bool": kinds.Boolean(),
    "str": kinds.String(),
}
Settings = TypeVar("Settings")


def setting(meaning: str, *, default: Any = MISSING, name: str = "", secret: bool = False) -> Any:
    """A dataclass field read from PLENARY_<NAME>; `name` overrides the field's own.

    Without a default the variable must be set. A secret is masked wherever it is printed.
    """
    metadata = {"meaning": meaning, "name": name, "secret": secret}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Described:
    """One variable for `plenary settings`: name, meaning, default and current value as text."""

    variable: str
    meaning: str
    default: str
    current: str


def _variable(item: Field[Any]) -> str:
    return PREFIX + str(item.metadata["name"] or item.name.upper())


def _read(environ: Mapping[str, str], item: Field[Any]) -> Any:
    raw = environ.get(_variable(item), "")
    kind = getattr(item.type, "__name__", str(item.type)).removesuffix(" | None")
    if raw:
        return KINDS[kind].deserialize(raw)
    if item.default is MISSING:
        raise ValidationError("it is not set")
    return item.default


def load_settings(kind: type[Settings], environ: Mapping[str, str]) -> Settings:
    """Read `kind`, a frozen dataclass of `setting` fields, from the environment.

    Raises BadSettings with one sentence that names the first variable that can't be used.
    """
    values = {}
    for item in fields(cast(Any, kind)):
        try:
            values[item.name] = _read(environ, item)
        except ValidationError as error:
            raise BadSettings(
                f"{_variable(item)} can't be used: "
                f"{' '.join(map(str, error.messages))} It means: {item.metadata['meaning']}"
            ) from error
    return kind(**values)


def describe_settings(kind: type[Any], environ: Mapping[str, str]) -> Iterator[Described]:
    """Every variable of `kind` with its meaning, default and current value (secrets masked)."""
    for item in fields(kind):
        variable = _variable(item)
        default = "(required)" if item.default is MISSING else str(item.default)
        current = environ.get(variable, "" if item.default is MISSING else default)
        if item.metadata["secret"] and current not in ("", "None"):
            current = "••••••"
        yield Described(variable, item.metadata["meaning"], default, current)

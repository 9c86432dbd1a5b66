"""The page of all messages, made from the contracts: docs/messages.md."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints
from uuid import UUID

from shared.contracts.message import MESSAGES, SERVICES, Message
from shared.messaging.topology import exchange_of

HEAD: Final = """\
# What the services tell each other

Written by `plenary messages --format markdown`; `--format asyncapi` prints the same as an
AsyncAPI 3 document. Each message is a CloudEvents 1.0 object in JSON, told in the transaction of
the change that it tells of, and has its effect once at each hearer, in order for each `subject`.
A golden example of each is in `shared/contracts/examples/`.
"""
PLAIN: Final[Mapping[Any, str]] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    UUID: "UUID",
    date: "date",
    datetime: "instant",
}


def markdown() -> str:
    """The whole page."""
    parts: dict[str, type[Any]] = {}
    lines = [HEAD]
    for teller in SERVICES:
        kinds = [MESSAGES[name] for name in sorted(MESSAGES) if MESSAGES[name].teller == teller]
        lines += [f"## {teller}", "", f"Told by the exchange `{exchange_of(teller)}`.", ""]
        for kind in kinds:
            lines += _section(kind, parts)
    lines += ["## Parts of messages", ""]
    for name in sorted(_with_inner(parts)):
        lines += [f"### {name}", "", _meaning(parts[name]), "", *_table(parts[name], parts), ""]
    return "\n".join(lines).rstrip() + "\n"


def _section(kind: type[Message], parts: dict[str, type[Any]]) -> list[str]:
    hearers = " and ".join(kind.hearers)
    heard = f"Heard by {hearers}." if hearers else "Public: for integrators; no service hears it."
    if kind.is_urgent:
        heard += " Urgent: it has a queue of its own, and overtakes the others."
    return [f"### `{kind.type}`", "", _meaning(kind), "", heard, "", *_table(kind, parts), ""]


def _meaning(described: type[Any]) -> str:
    return " ".join((described.__doc__ or "").split())


def _table(described: type[Any], parts: dict[str, type[Any]]) -> Iterator[str]:
    yield "| field | holds |"
    yield "|---|---|"
    hints = get_type_hints(described)
    for each in fields(described):
        yield f"| `{each.name}` | {_holds(hints[each.name], parts)} |"


def _holds(hint: Any, parts: dict[str, type[Any]]) -> str:
    inner = [each for each in get_args(hint) if each is not NoneType]
    if NoneType in get_args(hint):
        return f"{_holds(inner[0], parts)}, or null"
    if is_dataclass(hint):
        name = str(getattr(hint, "__name__", hint))
        parts[name] = hint if isinstance(hint, type) else type(hint)
        return f"[{name}](#{name.lower()})"
    if get_origin(hint) in (tuple, list):
        return f"list of {_holds(inner[0], parts)}"
    if inner and "Mapping" in str(hint):
        return "language → text" if inner == [str, str] else "object"
    if inner:
        return " or ".join(f"`{each}`" for each in inner)
    return PLAIN.get(hint, "any JSON value")


def _with_inner(parts: dict[str, type[Any]]) -> list[str]:
    """Names of all parts, those that are found inside others too."""
    known: set[str] = set()
    while set(parts) - known:
        for name in set(parts) - known:
            known.add(name)
            list(_table(parts[name], parts))
    return list(parts)

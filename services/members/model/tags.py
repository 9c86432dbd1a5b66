"""Tags that something is found by: capabilities by their lineage, and sectors, a line each."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from shared.foundation.names import fold


def capability_tag(lineage_id: UUID | str) -> str:
    """Of a capability, whichever edition."""
    return f"capability {lineage_id}"


def sector_tag(sector: str) -> str:
    """Of a sector, however it is written."""
    return f"sector {fold(sector)}"


def tags_of(capability_ids: Iterable[UUID | str], sectors: Iterable[str]) -> str:
    """The column: every tag between line breaks."""
    tags = [*map(capability_tag, capability_ids), *map(sector_tag, sectors)]
    return "".join(f"\n{each}" for each in tags) + "\n"


def has_tag(column: Any, tag: str) -> ColumnElement[bool]:
    """Whether the row has that very tag."""
    found: ColumnElement[bool] = column.contains(f"\n{tag}\n", autoescape=True)
    return found

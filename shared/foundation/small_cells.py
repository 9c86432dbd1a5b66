"""Counts of people in which nobody can be read out: small cells are hidden, and enough beside them.

A table is shown with its total, so one hidden cell could be computed from the others; therefore
at least two are hidden, and those together are no small number either (statistical disclosure
control: primary and secondary suppression).
"""

from collections.abc import Mapping
from typing import Final, TypeVar

SMALLEST_SHOWN: Final = 5
Cell = TypeVar("Cell")


def hide_small(
    counts: Mapping[Cell, int], *, smallest: int = SMALLEST_SHOWN
) -> dict[Cell, int | None]:
    """The counts, None for what is hidden. Nobody is nothing to hide: 0 stays 0."""
    hidden = {cell for cell, count in counts.items() if 0 < count < smallest}
    shown = sorted(
        (cell for cell, count in counts.items() if count >= smallest),
        key=lambda cell: counts[cell],
    )
    while hidden and shown and not _is_safe(hidden, counts, smallest):
        hidden.add(shown.pop(0))
    return {cell: None if cell in hidden else count for cell, count in counts.items()}


def _is_safe(hidden: set[Cell], counts: Mapping[Cell, int], smallest: int) -> bool:
    return len(hidden) > 1 and sum(counts[cell] for cell in hidden) >= smallest

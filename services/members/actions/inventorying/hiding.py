"""Which cells of many views can be shown so that no organisation is read out of them.

All that is published is a sum of blocks: sets of single figures that are never taken apart. Each
block is safe by itself, so no sum or difference of published cells, of whichever views, says less
than a block. A cell is hidden where showing it would cut an unsafe piece off a block; that hides
the small ones, and enough beside them. Knows no database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

FEWEST: Final = 3
"""Organisations in whatever can be told apart."""
FEWEST_HEADS: Final = 5
LARGEST_OVER_REST: Final = 5
"""The p % rule at 20 %: without the two largest, at least a fifth of the largest remains, so that
the second does not come near to the first by taking its own away."""
Key = tuple[str, ...]
Figures = Mapping[str, int]
Knowers = Mapping[str, frozenset[str]]


def is_safe(figures: Figures, knowers: Knowers) -> bool:
    """Whether the sum tells nothing of one organisation, to outsiders and to those who know some.

    figures: organisation → its part. knowers: organisation → the bodies that know its part.
    Nothing at all is safe.
    """
    if not _is_safe(figures.values()):
        return False
    kinds = {knowers.get(each, frozenset()) for each in figures}
    if len(kinds) < 2:
        return True
    return all(
        _is_safe([part for each, part in figures.items() if body not in knowers.get(each, ())])
        for body in frozenset().union(*kinds)
    )


def _is_safe(parts: Iterable[int]) -> bool:
    found = sorted((part for part in parts if part), reverse=True)
    if not found:
        return True
    if len(found) < FEWEST or sum(found) < FEWEST_HEADS:
        return False
    return sum(found[2:]) * LARGEST_OVER_REST >= found[0]


@dataclass
class Piece:
    """What one block holds of one place. figures: of each measure, organisation → its part."""

    block: int
    place: Key
    figures: Sequence[Figures]
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = sum(sum(each.values()) for each in self.figures)


@dataclass
class _Part:
    """What a block holds under the same keys of a view."""

    keys: tuple[Key, ...]
    pieces: list[Piece] = field(default_factory=list)

    @cached_property
    def figures(self) -> Sequence[Figures]:
        """All its pieces' together."""
        return _together([piece.figures for piece in self.pieces])


def _together(several: Sequence[Sequence[Figures]]) -> Sequence[Figures]:
    if len(several) == 1:
        return several[0]
    total: list[dict[str, int]] = [{} for _ in several[0]]
    for figures in several:
        _add(total, figures)
    return total


def _add(total: Sequence[dict[str, int]], figures: Sequence[Figures]) -> None:
    for sums, parts in zip(total, figures, strict=True):
        for each, part in parts.items():
            sums[each] = sums.get(each, 0) + part


@dataclass
class Hiding:
    """Goes over the views, the first ones first, and keeps what can be shown of each.

    pieces: every one in a block that is safe. keys_of: view, place → its cells in that view, of
    which there are several where an organisation belongs to several associations.
    """

    pieces: Sequence[Piece]
    keys_of: Callable[[int, Key], tuple[Key, ...]]
    knowers: Knowers

    def cut(self, view: int) -> set[Key]:
        """The cells of the view that can be shown; the blocks are cut along them."""
        blocks, sizes = self._parts(view)
        touching: dict[Key, set[int]] = {}
        for block, parts in blocks.items():
            for key in {key for keys in parts for key in keys}:
                touching.setdefault(key, set()).add(block)
        hidden: set[Key] = set()
        waiting = set(blocks)
        while waiting:
            block = waiting.pop()
            newly = self._to_hide(list(blocks[block].values()), hidden, sizes)
            hidden |= newly
            for key in newly:
                waiting |= touching[key]
        self._divide(blocks, hidden)
        return set(sizes) - hidden

    def _parts(self, view: int) -> tuple[dict[int, dict[tuple[Key, ...], _Part]], dict[Key, int]]:
        """What each block holds under the view's keys, and how large the keys are."""
        blocks: dict[int, dict[tuple[Key, ...], _Part]] = {}
        sizes: dict[Key, int] = {}
        for piece in self.pieces:
            keys = self.keys_of(view, piece.place)
            parts = blocks.setdefault(piece.block, {})
            part = parts.get(keys)
            if part is None:
                part = parts[keys] = _Part(keys)
            part.pieces.append(piece)
            for key in keys:
                sizes[key] = sizes.get(key, 0) + piece.size
        return blocks, sizes

    def _to_hide(
        self, parts: Sequence[_Part], hidden: set[Key], sizes: Mapping[Key, int]
    ) -> set[Key]:
        """The keys that must be hidden next for the block's sake; none when all is well."""
        if len(parts) == 1:
            return set()
        newly: set[Key] = set()
        groups = self._groups(parts, hidden)
        for keys, figures in groups.items():
            if keys and not self._is_safe(figures):
                newly.add(min(keys, key=lambda key: (sizes[key], key)))
        rest = groups.get(())
        if newly or rest is None or self._is_safe(rest):
            return newly
        left = {key for keys in groups for key in keys}
        return {min(left, key=lambda key: (sizes[key], key))} if left else set()

    def _groups(
        self, parts: Sequence[_Part], hidden: set[Key]
    ) -> dict[tuple[Key, ...], Sequence[Figures]]:
        """The parts that look alike once these keys are hidden, put together."""
        alike: dict[tuple[Key, ...], list[_Part]] = {}
        for part in parts:
            keys = tuple(key for key in part.keys if key not in hidden)
            alike.setdefault(keys, []).append(part)
        return {keys: _together([part.figures for part in found]) for keys, found in alike.items()}

    def _is_safe(self, figures: Sequence[Figures]) -> bool:
        return all(is_safe(each, self.knowers) for each in figures)

    def _divide(
        self, blocks: Mapping[int, Mapping[tuple[Key, ...], _Part]], hidden: set[Key]
    ) -> None:
        """Cut the blocks along what is shown."""
        numbers: dict[tuple[int, tuple[Key, ...]], int] = {}
        for block, parts in blocks.items():
            for part in parts.values():
                keys = tuple(key for key in part.keys if key not in hidden)
                number = numbers.setdefault((block, keys), len(numbers))
                for piece in part.pieces:
                    piece.block = number

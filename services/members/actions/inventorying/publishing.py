"""What is published of one table of figures, in all views. Knows no database."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.members.actions.inventorying.hiding import Hiding, Key, Knowers, Piece
from services.members.actions.inventorying.releasing import Released, Table, release
from services.members.model.gap import BETWEEN, DIMENSIONS, VIEWS

PLACES: Final = {name: at for at, name in enumerate(DIMENSIONS)}
Sums = list[dict[Key, list[int]]]


def keys_at(view: Sequence[str], place: Key) -> tuple[Key, ...]:
    """The cells of a view that the place lies in: one for each association that counts it."""
    rest = tuple(place[PLACES[name]] for name in view if name != "association")
    if "association" not in view:
        return (rest,)
    bodies = place[PLACES["association"]]
    return tuple((body, *rest) for body in bodies.split(BETWEEN)) if bodies else ()


@dataclass
class Cells:
    """Where places lie in the views; looked up again and again."""

    known: dict[Key, list[tuple[Key, ...]]] = field(default_factory=dict)

    def at(self, view: int, place: Key) -> tuple[Key, ...]:
        """The cells of the view that the place lies in."""
        found = self.known.get(place)
        if found is None:
            found = self.known[place] = [keys_at(each, place) for each in VIEWS]
        return found[view]


@dataclass
class Layer:
    """What is published of one table: of each view what is shown, and all the sums."""

    released: Released
    shown: list[set[Key]]
    sums: Sums


def publish(
    last: Released,
    table: Table,
    block_at: Callable[[Key], Hashable],
    knowers: Knowers,
    cells: Cells,
) -> Layer:
    """Renew what was published last, and say what can be shown of it. block_at: as in `release`."""
    released = release(last, table, block_at, knowers)
    measures = len(next(iter(released.figures.values()), (0,)))
    pieces = released.pieces(measures)
    hiding = Hiding(pieces, cells.at, knowers)
    shown = [hiding.cut(view) for view in range(len(VIEWS))]
    released.divide(pieces)
    return Layer(released, shown, _sums(pieces, measures, cells))


def _sums(pieces: Iterable[Piece], measures: int, cells: Cells) -> Sums:
    made: Sums = [{} for _ in VIEWS]
    for piece in pieces:
        totals = [sum(figures.values()) for figures in piece.figures]
        add_to(made, piece.place, totals, measures, cells)
    return made


def add_to(made: Sums, place: Key, totals: Sequence[int], measures: int, cells: Cells) -> None:
    """Count the totals of a place in all cells that it lies in."""
    for view, sums in enumerate(made):
        for key in cells.at(view, place):
            found = sums.setdefault(key, [0] * measures)
            for at, total in enumerate(totals):
                found[at] += total


def blocks_of(shown: Sequence[set[Key]], cells: Cells) -> Callable[[Key], Hashable]:
    """place → what was shown of it, which says which block it lies in. shown: of each view."""
    found: dict[Key, Hashable] = {}

    def block_at(place: Key) -> Hashable:
        if place not in found:
            keys = ((view, key) for view in range(len(VIEWS)) for key in cells.at(view, place))
            found[place] = frozenset((view, key) for view, key in keys if key in shown[view])
        return found[place]

    return block_at

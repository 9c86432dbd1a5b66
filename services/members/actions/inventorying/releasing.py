"""Which changes since the last snapshot can be published, so that two snapshots tell no more.

What was a block of the last snapshot is renewed only as a whole: when what goes and what comes
are each safe by themselves. Until then its figures stay as they were published. Knows no database.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from services.members.actions.inventorying.hiding import Key, Knowers, Piece, is_safe

Pair = tuple[str, Key]
"""An organisation and a place."""
Figures = tuple[int, ...]
"""Of each measure."""
Table = dict[Pair, Figures]


@dataclass
class Released:
    """What is published. blocks: which figures have always been published together.

    held_back: organisations with newer figures than these.
    """

    figures: Table = field(default_factory=dict)
    blocks: dict[Pair, int] = field(default_factory=dict)
    held_back: set[str] = field(default_factory=set)

    def pieces(self, measures: int) -> list[Piece]:
        """What blocks hold of places."""
        found: dict[tuple[int, Key], list[dict[str, int]]] = {}
        for (organisation, place), parts in self.figures.items():
            at = (self.blocks[organisation, place], place)
            totals = found.get(at)
            if totals is None:
                totals = found[at] = [{} for _ in range(measures)]
            for total, part in zip(totals, parts, strict=True):
                if part:
                    total[organisation] = part
        return [Piece(block, place, totals) for (block, place), totals in found.items()]

    def divide(self, pieces: Iterable[Piece]) -> None:
        """Take over the blocks as they were cut."""
        for piece in pieces:
            for organisation in {each for figures in piece.figures for each in figures}:
                self.blocks[organisation, piece.place] = piece.block


def release(
    last: Released, now: Table, block_at: Callable[[Key], Hashable], knowers: Knowers
) -> Released:
    """What is published next: the last, renewed where that is safe.

    block_at: place → the block of the last snapshot that it lies in, whether it held anything or
    not.
    """
    made = Released(dict(last.figures), dict(last.blocks))
    changes: dict[Hashable, list[Pair]] = {}
    for pair in {**last.figures, **now}:
        if last.figures.get(pair) != now.get(pair):
            changes.setdefault(block_at(pair[1]), []).append(pair)
    together: dict[int, set[Pair]] = {}
    for pair, block in last.blocks.items():
        together.setdefault(block, set()).add(pair)
    renewing = _Renewing(made, last, now, together, knowers)
    for number, pairs in enumerate(changes.values(), max(together, default=0) + 1):
        if not renewing.renew(pairs, number):
            made.held_back |= {organisation for organisation, _ in pairs}
    return made


@dataclass(frozen=True)
class _Renewing:
    """together: block of the last snapshot → what it holds."""

    made: Released
    last: Released
    now: Table
    together: Mapping[int, set[Pair]]
    knowers: Knowers

    def renew(self, pairs: Iterable[Pair], number: int) -> bool:
        """Renew one block, if what goes, what comes and what then stays with it are safe."""
        made, last, now = self.made, self.last, self.now
        gone: dict[int, set[Pair]] = {}
        for pair in pairs:
            if pair in last.figures:
                gone.setdefault(last.blocks[pair], set()).add(pair)
        came = {pair for pair in pairs if pair in now}
        staying = {pair for block, left in gone.items() for pair in self.together[block] - left}
        fresh = {pair: now[pair] for pair in came} | {pair: last.figures[pair] for pair in staying}
        sums = [_sums(last.figures, left) for left in gone.values()]
        sums += [_sums(fresh, fresh), _sums(now, came) if staying else []]
        if not all(is_safe(each, self.knowers) for totals in sums for each in totals):
            return False
        for pair in pairs:
            made.figures.pop(pair, None)
            made.blocks.pop(pair, None)
        made.figures |= fresh
        made.blocks |= dict.fromkeys(fresh, number)
        return True


def _sums(figures: Mapping[Pair, Figures], pairs: Iterable[Pair]) -> list[dict[str, int]]:
    totals: list[dict[str, int]] = []
    for pair in pairs:
        parts = figures[pair]
        while len(totals) < len(parts):
            totals.append({})
        for total, part in zip(totals, parts, strict=True):
            total[pair[0]] = total.get(pair[0], 0) + part
    return totals

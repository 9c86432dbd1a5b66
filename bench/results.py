"""Figures with their limits: medians of rounds, as a table and as var/bench/results.json."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent.parent / "var" / "bench" / "results.json"


@dataclass(frozen=True)
class Result:
    """One figure: the median of n rounds. ratio: value by the limit's median, where it has one."""

    name: str
    value: float
    unit: str
    limit: str | None
    limit_value: float | None
    ratio: float | None
    n: int
    min: float
    max: float


def result(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    limit: str | None = None,
    limits: Sequence[float] = (),
) -> Result:
    """The figure of some rounds. limits: the limit's rounds, measured in turn with ours."""
    value = statistics.median(values)
    limit_value = statistics.median(limits) if limits else None
    return Result(
        name=name,
        value=round(value, 3),
        unit=unit,
        limit=limit,
        limit_value=round(limit_value, 3) if limit_value is not None else None,
        ratio=round(value / limit_value, 3) if limit_value else None,
        n=len(values),
        min=round(min(values), 3),
        max=round(max(values), 3),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def write(results: Sequence[Result]) -> None:
    """Print the table and write the file."""
    table = Table("what", "median", "min–max", "unit", "limit", "limit's", "ratio", "n")
    for each in results:
        table.add_row(
            each.name,
            f"{each.value:g}",
            f"{each.min:g}–{each.max:g}",
            each.unit,
            each.limit or "",
            f"{each.limit_value:g}" if each.limit_value is not None else "",
            f"{each.ratio:.2f}" if each.ratio is not None else "",
            str(each.n),
        )
    Console(width=140).print(table)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([asdict(each) for each in results], indent=2) + "\n")

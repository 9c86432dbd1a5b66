"""`make bench`: measures what is named, or everything, and writes var/bench/results.json."""

import argparse
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Final

from rich.console import Console

from bench import (
    announcing,
    closure,
    delivery,
    embedded,
    gap,
    growth,
    importing,
    lighthouse,
    messages,
    pages,
    registration,
)
from bench.effort import Effort
from bench.results import Result, write

BENCHMARKS: Final[dict[str, Callable[[Effort], Iterator[Result]]]] = {
    "registration": registration.measure,
    "delivery": delivery.measure,
    "announcing": announcing.measure,
    "messages": messages.measure,
    "pages": pages.measure,
    "growth": growth.measure,
    "closure": closure.measure,
    "gap": gap.measure,
    "importing": importing.measure,
    "embedded": embedded.measure,
    "lighthouse": lighthouse.measure,
}
progress = Console(stderr=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--rounds", type=int, default=3, help="figures are medians of so many")
    parser.add_argument("--quick", action="store_true", help="see that it works; not for figures")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}")
    return options


def _run(name: str, effort: Effort, found: list[Result]) -> bool:
    """Add the benchmark's figures one by one; whether it came to its end."""
    progress.print(f"[bold]{name}[/bold]")
    try:
        with progress.status(f"measuring {name}"):
            for each in BENCHMARKS[name](effort):
                found.append(each)
                ratio = f"  {each.ratio:.2f} × {each.limit}" if each.ratio is not None else ""
                line = f"  {each.name}: {each.value:g} {each.unit}{ratio}"
                progress.print(line, highlight=False, soft_wrap=True)
    except Exception:  # noqa: BLE001 the other benchmarks still run, and what is measured is kept
        progress.print(f"[red]{name} failed[/red]")
        traceback.print_exc()
        return False
    return True


def main() -> int:
    """The exit status: 0 when every benchmark came to its end."""
    options = _options()
    effort = Effort(rounds=options.rounds, is_quick=options.quick)
    found: list[Result] = []
    try:
        ended = [_run(name, effort, found) for name in options.names or BENCHMARKS]
    finally:
        write(found)
    return 0 if all(ended) else 1


if __name__ == "__main__":
    sys.exit(main())

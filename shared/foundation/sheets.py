"""Lists as tables for spreadsheets: headings, cells, and cells that no program takes for a formula.

Knows neither files nor databases; `shared.web.exporting` writes the files.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shared.foundation.clock import rfc3339

Cell = str | int | float | bool | date | None
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""OWASP, CSV injection: the first characters that make a spreadsheet compute a cell."""


def as_is(text: str) -> str:
    """Mark a heading for the catalogues: whoever shows it translates it."""
    return text


@dataclass(frozen=True)
class Sheet:
    """A list as a table. name: of the file, without its ending. headings: in English.

    cells: a page of the list's rows → as many rows of cells, in the order of the headings.
    given: headings that come first and stay as somebody wrote them.
    """

    name: str
    headings: Sequence[str]
    cells: Callable[[Any, Sequence[Any]], Iterable[Sequence[Cell | datetime]]]
    given: Sequence[str] = ()


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take the cell for a formula."""
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)


def harmless(value: Cell | datetime) -> str:
    """The cell as text that is shown and never computed: an apostrophe before what is risky."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = plain_text(value)
    return f"'{text}" if isinstance(value, str) and is_risky(text) else text


def unguarded(text: str) -> str:
    """The text of a cell that `harmless` has put an apostrophe before; any other as it is."""
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text


def plain_text(value: Cell | datetime) -> str:
    """Instants in RFC 3339, UTC; dates as YYYY-MM-DD; the rest as it is."""
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else str(value)

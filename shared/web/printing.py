"""A list as a paper: A4 across, its headings on every page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from flask_babel import gettext

from shared.foundation.failures import Invalid
from shared.foundation.papers import new_paper
from shared.foundation.sentences import said
from shared.foundation.sheets import Cell, plain_text
from shared.web.pages import page_language

MOST_ROWS: Final = 1000
WIDTH: Final = 297.0
HEIGHT: Final = 210.0
MARGIN: Final = 12.0
IDENTIFIER: Final = "ID"
SIZES: Final = ((8, 8.0), (12, 7.0), (99, 6.0))
"""Columns, up to so many, and the size of their letters in points."""
LINE: Final = 0.45
"""Millimetres of height for a point of size."""
GAP: Final = 0.7
MOST_LINES: Final = 12
NARROWEST: Final = 5
WIDEST: Final = 34


def paper_of(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell | datetime]], *, when: str
) -> bytes:
    """The rows as PDF, without identifiers and columns that say nothing.

    name: in English. when: of the list. Raises Invalid for too many rows.
    """
    texts = [[_text(cell) for cell in row] for row in islice(rows, MOST_ROWS + 1)]
    if len(texts) > MOST_ROWS:
        why = said(
            "A paper has at most %(most)s rows. Narrow the list, or take it as CSV or XLSX.",
            most=MOST_ROWS,
        )
        raise Invalid.at("/format", why, code="too_long_to_print")
    kept = [
        column
        for column, heading in enumerate(headings)
        if heading != gettext(IDENTIFIER) and (not texts or any(row[column] for row in texts))
    ]
    shown = [headings[column] for column in kept]
    texts = [[row[column] for column in kept] for row in texts]
    title = gettext(name)
    title = title[:1].upper() + title[1:]
    letters = {*title, *when, *"0123456789/"}.union(
        *shown, *(each for row in texts for each in row)
    )
    made = new_paper(
        "".join(letters), width=WIDTH, height=HEIGHT, title=title, language=page_language()
    )
    _draw(made.pdf, title, when, shown, texts)
    return made.written()


def _text(cell: Cell | datetime) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return gettext("yes") if cell else gettext("no")
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M} UTC"
    return plain_text(cell)


def _draw(
    paper: Any, title: str, when: str, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    paper.set_margins(MARGIN, MARGIN, MARGIN)
    paper.set_auto_page_break(auto=False)
    paper.add_page()
    paper.set_font("body", "B", 14)
    paper.cell(0, 8, title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font("body", "", 8)
    paper.cell(0, 5, when, new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    _Table(paper, headings, _widths(headings, rows)).write(rows)


class _Table:
    """Rows across the paper. Not fpdf2's own: it takes ten seconds for what takes one."""

    def __init__(self, paper: Any, headings: Sequence[str], widths: Sequence[float]):
        self._paper = paper
        self._headings = headings
        self._size = next(points for most, points in SIZES if len(headings) <= most)
        self._line = self._size * LINE
        whole = (WIDTH - 2 * MARGIN) / sum(widths)
        self._widths = [width * whole for width in widths]

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """The headings, and all rows; the headings again on each page."""
        self._write(self._headings, style="B")
        for row in rows:
            self._write(row)

    def _write(self, row: Sequence[str], style: str = "") -> None:
        paper = self._paper
        paper.set_font("body", style, self._size)
        cells = [self._lines(text, width) for text, width in zip(row, self._widths, strict=True)]
        height = max(map(len, cells)) * self._line + 2 * GAP
        if paper.get_y() + height > HEIGHT - MARGIN and paper.get_y() > 2 * MARGIN + height:
            paper.add_page()
            self._write(self._headings, style="B")
            paper.set_font("body", style, self._size)
        top, left = paper.get_y(), MARGIN
        for lines, width in zip(cells, self._widths, strict=True):
            for number, line in enumerate(lines):
                paper.set_xy(left, top + GAP + number * self._line)
                paper.cell(width, self._line, line)
            left += width
        paper.set_draw_color(200)
        paper.line(MARGIN, top + height, WIDTH - MARGIN, top + height)
        paper.set_xy(MARGIN, top + height)

    def _lines(self, text: str, width: float) -> list[str]:
        inner = width - 2 * self._paper.c_margin
        if "\n" not in text and self._paper.get_string_width(text) <= inner:
            return [text]
        lines: list[str] = self._paper.multi_cell(
            width, self._line, text, dry_run=True, output="LINES", wrapmode="WORD"
        )
        return lines[:MOST_LINES]


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Shares of the columns, by what is longest in them."""
    found = []
    for column, heading in enumerate(headings):
        longest = max((_length(row[column]) for row in rows), default=0)
        found.append(min(max(NARROWEST, _length(heading), longest), WIDEST))
    return tuple(found)


def _length(text: str) -> int:
    """In letters of Latin; of Chinese each is as wide as two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)

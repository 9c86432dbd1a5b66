"""Pages to print: PDF with its fonts embedded, in any script that the fonts know.

Liberation Sans sets Latin, Greek and Cyrillic, Noto Sans CJK the rest. Of the latter, a font of
37 MB with variable weights, each paper gets what it shows and no more.
"""

import io
import tempfile
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal, cast

LATIN: Final = {"": "LiberationSans-Regular.ttf", "B": "LiberationSans-Bold.ttf"}
HAN: Final = "NotoSansCJKjp-VF.ttf"
WEIGHTS: Final = {"": 400, "B": 700}
NEEDLESS: Final = ("GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "DSIG", "STAT", "HVAR")
"""Tables for typesetting that names and titles do without."""


SMALLEST: Final = 5
"""Points; a text that does not fit then is broken anywhere, and cut."""
LINE: Final = 0.42
"""Millimetres of height for a point of size."""
Style = Literal["", "B"]


class Paper:
    """A document to draw on, in millimetres from the top left. pdf: fpdf2's, for flowing text."""

    def __init__(self, pdf: Any):
        self.pdf = pdf

    def text(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        *,
        size: float,
        style: Style = "",
        lines: int = 1,
        align: str = "L",
    ) -> None:
        """Set the text within that many lines, in smaller letters where it is long."""
        if not text:
            return
        broken = self._broken(text, width, size=size, style=style)
        while len(broken) > lines and size > SMALLEST:
            size -= 1
            broken = self._broken(text, width, size=size, style=style)
        self.pdf.set_xy(x, y)
        self.pdf.multi_cell(width, size * LINE, "\n".join(broken[:lines]), align=align)

    def _broken(self, text: str, width: float, *, size: float, style: Style) -> list[str]:
        self.pdf.set_font("body", style, size)
        wrap = "CHAR" if size <= SMALLEST else "WORD"
        lines = self.pdf.multi_cell(
            width, size * LINE, text, dry_run=True, output="LINES", wrapmode=wrap
        )
        return cast(list[str], lines)

    def squares(self, x: float, y: float, width: float, rows: Sequence[Sequence[int]]) -> None:
        """Draw a matrix of dark (1) and light squares, sharp in any size."""
        step = width / len(rows)
        self.pdf.set_fill_color(0)
        for row, cells in enumerate(rows):
            start = None
            for column, is_dark in enumerate((*cells, 0)):
                if is_dark and start is None:
                    start = column
                elif not is_dark and start is not None:
                    run = (column - start) * step
                    self.pdf.rect(x + start * step, y + row * step, run, step, "F")
                    start = None

    def written(self) -> bytes:
        """The document."""
        return bytes(self.pdf.output())


def _folder() -> Path:
    """Where the fonts lie; the package itself holds no code."""
    found = find_spec("indico_fonts")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("indico_fonts is not installed; run make setup.")
    return Path(found.origin).parent


def new_paper(texts: str, *, width: float, height: float, title: str, language: str) -> Paper:
    """An empty document that can show `texts`, in the font "body", plain and bold.

    texts: all that will be written, in any order. language: BCP 47, of the document.
    """
    # It takes 20 MB, and few processes ever print.
    from fpdf import FPDF  # noqa: PLC0415

    paper = FPDF(unit="mm", format=(width, height))
    paper.set_auto_page_break(auto=False)
    paper.set_title(title)
    paper.set_lang(language)
    paper.set_creator("Plenary")
    for style, name in LATIN.items():
        paper.add_font("body", style, _folder() / name)
    beyond = frozenset(texts) - _of_latin()
    if beyond:
        for style in LATIN:
            with tempfile.NamedTemporaryFile(suffix=".ttf") as file:
                file.write(_part_of_han(beyond, WEIGHTS[style]))
                file.flush()
                paper.add_font("han", style, file.name)
        paper.set_fallback_fonts(["han"])
    paper.set_font("body", "", 10)
    return Paper(paper)


@cache
def _of_latin() -> frozenset[str]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(_folder() / LATIN[""], lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap()) | frozenset("\n\t ")


@lru_cache(maxsize=32)
def _part_of_han(characters: frozenset[str], weight: int) -> bytes:
    """The font with these characters alone, at one weight."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib import instancer  # noqa: PLC0415

    with TTFont(_folder() / HAN, lazy=True) as font:
        for table in NEEDLESS:
            if table in font:
                del font[table]
        options = Options()
        options.layout_features = []
        options.notdef_outline = True
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(each) for each in characters])
        subsetter.subset(font)
        written = io.BytesIO()
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.save(written)
        return written.getvalue()

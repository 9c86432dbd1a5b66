"""Markdown as plain text: what is read where there is no HTML, such as in the app and in chats."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it.token import Token

BREAKS: Final = ("softbreak", "hardbreak")
LITERAL: Final = ("text", "code_inline")
INDENT: Final = "  "
CELLS: Final = " | "
LISTS: Final = ("bullet_list", "ordered_list")
CELL: Final = ("th_open", "td_open")


def plain_of(tokens: Sequence["Token"]) -> str:
    """Paragraphs with an empty line between; marks are left out, and links say where they lead."""
    page, before = _Page(), ""
    for token in tokens:
        is_cell = before in CELL
        page.take(token, is_cell=is_cell)
        before = token.type
    return "".join(page.blocks)


@dataclass
class _Page:
    """blocks: what is written. lists: those that are open. cells: of the row that is open.

    mark: of the item that begins. is_tight: whether the next block follows without a line between.
    """

    blocks: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    mark: str = ""
    is_tight: bool = False

    def take(self, token: "Token", *, is_cell: bool) -> None:
        """Write what the token says."""
        kind, _, end = token.type.rpartition("_")
        if token.type == "inline":
            self._words(_line_of(token.children or ()), is_cell=is_cell)
        elif token.type in ("fence", "code_block"):
            self._add(token.content.rstrip("\n"))
        elif kind in LISTS and end == "open":
            self.lists.append(kind)
        elif kind in LISTS:
            self.lists.pop()
            self.is_tight = bool(self.lists)
        else:
            OF_BLOCKS.get(token.type, _Page.nothing)(self, token)

    def _words(self, line: str, *, is_cell: bool) -> None:
        if is_cell:
            self.cells.append(line)
            return
        self._add(self.mark + line)
        self.mark, self.is_tight = "", bool(self.lists)

    def _add(self, text: str) -> None:
        between = "\n" if self.is_tight else "\n\n"
        self.blocks.append((between if self.blocks else "") + text)

    def item(self, token: "Token") -> None:
        """An item of the innermost list begins."""
        own = "- " if self.lists[-1] == "bullet_list" else f"{token.info}. "
        self.mark = INDENT * (len(self.lists) - 1) + own

    def row(self, _token: "Token") -> None:
        """A row of a table ends."""
        self._add(CELLS.join(self.cells))
        self.cells, self.is_tight = [], True

    def apart(self, _token: "Token") -> None:
        """What follows stands apart."""
        self.is_tight = False

    def nothing(self, _token: "Token") -> None:
        """It has no words of its own."""


OF_BLOCKS: Final[dict[str, Callable[[_Page, "Token"], None]]] = {
    "list_item_open": _Page.item,
    "tr_close": _Page.row,
    "table_close": _Page.apart,
}


def _line_of(children: Iterable["Token"]) -> str:
    pieces, links = list[str](), list[tuple[str, int]]()
    for child in children:
        if child.type in LITERAL:
            pieces.append(child.content)
        elif child.type in BREAKS:
            pieces.append("\n")
        elif child.type == "link_open":
            links.append((str(child.attrGet("href") or ""), len(pieces)))
        elif child.type == "link_close":
            address, start = links.pop()
            if address.removeprefix("mailto:") != "".join(pieces[start:]):
                pieces.append(f" ({address})")
    return "".join(pieces)

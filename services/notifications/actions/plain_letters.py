"""Markdown as plain text: what is read where there is no HTML, such as in the app and in chats."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it.token import Token

BREAKS: Final = ("softbreak", "hardbreak")
LITERAL: Final = ("text", "code_inline")
INDENT: Final = "  "
CELLS: Final = " | "


def plain_of(tokens: Sequence["Token"]) -> str:
    """Paragraphs with an empty line between; marks are left out, and links say where they lead."""
    blocks, lists, cells = list[str](), list[str](), list[str]()
    mark, is_tight, before = "", False, ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token.type)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            is_tight = bool(lists)
        elif token.type == "list_item_open":
            own = "- " if lists[-1].startswith("bullet") else f"{token.info}. "
            mark = INDENT * (len(lists) - 1) + own
        elif token.type == "tr_close":
            _add(blocks, CELLS.join(cells), is_tight=is_tight)
            cells, is_tight = [], True
        elif token.type == "table_close":
            is_tight = False
        elif token.type == "inline" and before in ("th_open", "td_open"):
            cells.append(_line_of(token.children or ()))
        elif token.type == "inline":
            _add(blocks, mark + _line_of(token.children or ()), is_tight=is_tight)
            mark, is_tight = "", bool(lists)
        elif token.type in ("fence", "code_block"):
            _add(blocks, token.content.rstrip("\n"), is_tight=False)
        before = token.type
    return "".join(blocks)


def _add(blocks: list[str], text: str, *, is_tight: bool) -> None:
    between = "\n" if is_tight else "\n\n"
    blocks.append((between if blocks else "") + text)


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
            shown = "".join(pieces[start:])
            if address.removeprefix("mailto:") != shown:
                pieces.append(f" ({address})")
    return "".join(pieces)

"""The built-in words of each kind of mail, as they are written in mails/LANGUAGE.txt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

MAILS: Final = Path(__file__).parent.parent / "mails"
SECTION: Final = re.compile(r"^== (\w+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """One kind in one language."""

    subject: str
    button: str
    paragraphs: str


@cache
def sources(language: str) -> Mapping[str, Source]:
    """Kind → its words."""
    pieces = SECTION.split((MAILS / f"{language}.txt").read_text(encoding="utf-8"))[1:]
    found = {}
    for kind, piece in zip(pieces[::2], pieces[1::2], strict=True):
        head, _, body = piece.partition("\n\n")
        subject, button = (line.partition(": ")[2] for line in head.splitlines())
        found[kind] = Source(subject, button, body)
    return found


def source_of(kind: str, language: str) -> Source:
    """The words of a kind. Raises KeyError for one that has none."""
    return sources(language)[kind]

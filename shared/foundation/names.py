"""People's names in native and romanised form, and folding for search and comparison.

Folding: NFKC, case, Simplified for Traditional (臺 = 台 = 台), no punctuation.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import opencc

TURNING: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
NameKind = Literal["native", "romanised"]
NameOrder = Literal["family_first", "given_first"]


@dataclass(frozen=True, kw_only=True)
class PersonName:
    """One form of a person's name; `order` says how the parts are written."""

    kind: NameKind
    given: str
    family: str
    order: NameOrder

    @property
    def full(self) -> str:
        """The name as it is written: 陳世昌, So-Young Lee, LEE So-Young."""
        parts = (self.family, self.given)
        if self.order == "given_first":
            parts = (self.given, self.family)
        is_han = any("\u2e80" <= letter <= "\u9fff" for letter in self.given + self.family)
        return ("" if is_han else " ").join(part for part in parts if part)


def display_name(names: list[PersonName], language: str) -> str:
    """The form to show a reader of that language: native for Chinese pages, else romanised."""
    wanted = "native" if language.startswith("zh") else "romanised"
    for name in names:
        if name.kind == wanted:
            return name.full
    return names[0].full if names else ""


WRITTEN_IN: Final = {
    "ko": ("\uac00", "\ud7a3"),
    "ja": ("\u3040", "\u30ff"),
    "th": ("\u0e00", "\u0e7f"),
    "zh-Hant": ("\u2e80", "\u9fff"),
}
"""language → the letters that tell of it, from the surest on."""


def unturned(text: str) -> str:
    """The text without marks that turn the direction of writing (UTS 55).

    A name that ends with one changes how the rest of a page reads. Copied from some address
    books, they are there unseen.
    """
    return text if text.isascii() else text.translate(TURNING)


def language_of(name: str) -> str:
    """The language that the letters of a name tell of; empty where they tell of none."""
    for tag, (first, last) in WRITTEN_IN.items():
        if any(first <= letter <= last for letter in name):
            return tag
    return ""


def sort_key(names: list[PersonName]) -> str:
    """Family name first, romanised before native, folded."""
    best = next((name for name in names if name.kind == "romanised"), names[0])
    return fold(f"{best.family} {best.given}")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """The text for comparing: NFKC, casefolded, Traditional as Simplified, words by one space."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = _simplifier().convert(plain)
    kept = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in plain)
    return " ".join("".join(kept).split())


def fold_email(address: str) -> str:
    """The address for comparing: NFKC and casefolded, nothing else."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def folded_forms(name: PersonName) -> tuple[str, str]:
    """The name folded as it is written, and with its parts the other way round."""
    written = fold(name.full)
    joint = "" if " " not in name.full else " "
    parts = (name.given, name.family)
    if name.order == "given_first":
        parts = (name.family, name.given)
    return written, fold(joint.join(part for part in parts if part))


def search_key(names: Sequence[PersonName]) -> str:
    """All forms of all names, folded, a line each: what a search by name looks through."""
    return "\n".join(dict.fromkeys(form for name in names for form in folded_forms(name)))


def words_of(text: str | None) -> list[str]:
    """The words to look for in a search key."""
    return list(dict.fromkeys(fold(text or "").split()))

"""Languages of pages and mail, and text kept in several of them (BCP 47 tags)."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final = "en"
TRADITIONAL_CHINESE: Final = "zh-Hant"
LANGUAGES: Final = (ENGLISH, TRADITIONAL_CHINESE)
CATALOGUES: Final = {ENGLISH: "en", TRADITIONAL_CHINESE: "zh_Hant"}

Text = Mapping[str, str]
"""Text in several languages: BCP 47 tag → text."""


def nearest_language(tag: str | None) -> str:
    """The language of ours nearest to a tag: zh-TW, zh_Hant_TW → zh-Hant; others → en."""
    plain = (tag or "").replace("_", "-").lower()
    return TRADITIONAL_CHINESE if plain.split("-")[0] == "zh" else ENGLISH


def in_language(text: Text | None, tag: str) -> str:
    """The text in that language, else in English, else in whichever there is; "" for none."""
    if not text:
        return ""
    return text.get(tag) or text.get(ENGLISH) or next(iter(text.values()), "")


def both_languages(text: Text | None) -> tuple[str | None, str | None]:
    """As two cells of a table: in English, else in whichever there is; and in Chinese."""
    return in_language(text, ENGLISH) or None, (text or {}).get(TRADITIONAL_CHINESE)


def language_used(text: Text | None, tag: str) -> str:
    """The tag of what `in_language` answers, for `lang` attributes."""
    if not text:
        return tag
    if text.get(tag):
        return tag
    return ENGLISH if text.get(ENGLISH) else next(iter(text), tag)

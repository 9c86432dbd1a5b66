"""An organisation's name without its legal form, for telling whether two names are one.

Folding first, so width, punctuation, case, and Simplified or Traditional make no difference.
"""

import re
from functools import lru_cache
from typing import Final

from shared.foundation.names import fold

# Folded, so Simplified; the longest first. (股)公司 and ㈱ fold to 股 公司 and 株.
CJK_ENDINGS: Final = (
    "股份有限公司",
    "有限责任公司",
    "股份公司",
    "有限公司",
    "无限公司",
    "两合公司",
    "株式会社",
    "有限会社",
    "合同会社",
    "주식회사",
    "유한회사",
    "股公司",
    "公司",
)
CJK_BEGINNINGS: Final = ("株式会社", "有限会社", "合同会社", "주식회사", "유한회사")
# A branch is not its company.
KEPT: Final = ("分公司", "子公司")
WORDS: Final = frozenset(
    (
        *("co", "company", "corp", "corporation", "inc", "incorporated", "ltd", "limited"),
        *("llc", "llp", "lp", "plc", "pllc", "gmbh", "mbh", "ag", "kg", "ohg", "ug", "se"),
        *("sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "oy", "oyj", "as", "asa", "aps"),
        *("kk", "pte", "pty", "pvt", "sdn", "bhd", "berhad", "tbk", "jsc", "ojsc", "cv"),
        *("株", "有", "股", "주", "유"),
    )
)
BEFORE: Final = frozenset(("pt", "cv", "株", "有", "주"))
NO_WORD: Final = re.compile(r"[^a-z0-9]+")
"""What folding leaves out of ASCII, in a tenth of the time."""
GLUED: Final = re.compile(
    r"(?<=\w\w)(?:coltd|coinc|companylimited|pteltd|ptyltd|sdnbhd|gmbh|gmbhcokg)$"
)


@lru_cache(maxsize=10_000)
def bare_name(name: str) -> str:
    """The name folded, in one piece, without its legal form: 台積電股份有限公司 → 台积电."""
    plain = NO_WORD.sub(" ", name.lower()) if name.isascii() else fold(name)
    words = _joined_initials(plain.split())
    whole = "".join(words)
    kept = list(words)
    while len(kept) > 1 and kept[-1] in WORDS:
        kept.pop()
    if len(kept) > 1 and kept[0] in BEFORE:
        kept.pop(0)
    text = GLUED.sub("", "".join(kept))
    if not text.isascii():
        text = _without_cjk_forms(text)
    return text or whole


def _joined_initials(words: list[str]) -> list[str]:
    """`l l c` is `llc`: single Latin letters beside each other are one word."""
    joined: list[str] = []
    was_initial = False
    for word in words:
        is_initial = len(word) == 1 and word.isascii()
        if is_initial and was_initial:
            joined[-1] += word
        else:
            joined.append(word)
        was_initial = is_initial
    return joined


def _without_cjk_forms(text: str) -> str:
    for form in CJK_BEGINNINGS:
        if text.startswith(form):
            text = text.removeprefix(form) or text
            break
    if text.endswith(KEPT):
        return text
    for form in CJK_ENDINGS:
        if text.endswith(form):
            return text.removesuffix(form) or text
    return text

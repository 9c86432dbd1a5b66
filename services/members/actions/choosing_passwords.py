"""Which passwords may be chosen: long enough, and not among the first that anybody would guess.

zxcvbn (Wheeler, USENIX Security 2016) counts how many guesses a good guesser needs, without a list
of breached passwords and without rules on kinds of characters (NIST SP 800-63B-4, section 3.1.1.2).
"""

from collections.abc import Sequence
from typing import Final

from services.members.actions.hashing import hash_password
from shared.foundation.failures import Invalid

FEWEST_GUESSES: Final = 1_000_000
# Judging takes seconds for some longer texts; more characters only make a password better.
JUDGED_CHARACTERS: Final = 24
OF_THE_SITE: Final = ("plenary",)


def hash_new_password(password: str, *, about: Sequence[str]) -> str:
    """The hash of a password that its owner chooses.

    about: what everybody knows of them: names, address. Raises Invalid for one easy to guess.
    """
    if is_easy_to_guess(password, about=about):
        raise Invalid.at(
            "/password",
            "This password is easy to guess. Use another one; a sentence of your own is best.",
            code="weak_password",
        )
    return hash_password(password)


def is_easy_to_guess(password: str, *, about: Sequence[str]) -> bool:
    """Whether a guesser who knows the person needs fewer than a million guesses."""
    # Its lists of words take 12 MB, and few processes ever judge a password.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    known = [*OF_THE_SITE, *about, *(part for text in about for part in _parts(text))]
    judged = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=[each for each in known if each])
    return bool(judged["guesses"] < FEWEST_GUESSES)


def _parts(text: str) -> list[str]:
    """The text's words, and they as one: Mei Lin → Mei, Lin, MeiLin, LinMei."""
    words = "".join(each if each.isalnum() else " " for each in text).split()
    return [*words, "".join(words), "".join(reversed(words))]

"""Which passwords may be chosen."""

import pytest
import zxcvbn

from services.members.actions.choosing_passwords import (
    JUDGED_CHARACTERS,
    hash_new_password,
    is_easy_to_guess,
)
from services.members.actions.hashing import is_password
from shared.foundation.failures import Invalid

ABOUT = ["mei.lin@one.example", "Mei Lin", "林美"]


@pytest.mark.parametrize(
    "password",
    [
        *("password", "12345678", "qwertyuiop", "aaaaaaaaaaaaaaaaaaaaaa", "P@ssw0rd", "iloveyou1"),
        *(
            "mei.lin@one.example",
            "meilin12",
            "MeiLin1",
            "plenary1",
            "plenaryplenary",
            "20260504",
        ),
    ],
)
def test_what_anybody_would_guess_first_is_refused(password):
    assert is_easy_to_guess(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "a sentence is best",
        "correct horse battery",
        "我家的貓不喜歡星期一",
        "xK9#qLw2",
        "mei likes 7 cats",
    ],
)
def test_a_sentence_or_a_random_text_is_good(password):
    assert not is_easy_to_guess(password, about=ABOUT)


def test_a_good_one_is_hashed_and_a_weak_one_pointed_at():
    assert is_password(hash_new_password("a sentence is best", about=[]), "a sentence is best")

    with pytest.raises(Invalid) as refused:
        hash_new_password("password", about=[])

    assert (refused.value.code, refused.value.faults[0].pointer) == ("weak_password", "/password")


@pytest.mark.parametrize("letters", ["4@8({[<369&#!1|70$5+%2]", "aA1!", "zxcvbnm,./"])
def test_of_the_longest_password_only_the_beginning_is_judged(letters, monkeypatch):
    judged = []
    judge = zxcvbn.zxcvbn
    monkeypatch.setattr(
        zxcvbn, "zxcvbn", lambda text, **rest: judged.append(text) or judge(text, **rest)
    )

    is_easy_to_guess((letters * 256)[:256], about=ABOUT)

    assert [len(text) for text in judged] == [JUDGED_CHARACTERS]

"""Short texts: whole characters, bounded, with the link whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.actions.shortening import GSM, Short, cut

LINK = "https://plenary.example/notifications/inbox"


def units(text):
    return len(text.encode("utf-16-le")) // 2


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=500))
def test_an_sms_is_of_two_parts_at_most_and_keeps_its_link(title):
    said = Short("en", title, "", LINK).sms

    longest = 306 if set(said) <= GSM else 134
    assert units(said) <= longest
    assert said.endswith(LINK)


@given(st.text(max_size=60), st.integers(1, 40))
def test_what_is_cut_is_the_beginning_and_no_longer(text, longest):
    kept = cut(text, longest)

    assert units(kept) <= longest
    assert kept == text or text.startswith(kept.removesuffix("…"))


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("You have a seat", f"You have a seat {LINK}"),
        ("您有一個席位：碳盤查", f"您有一個席位：碳盤查 {LINK}"),
    ],
)
def test_what_fits_is_said_whole(title, said):
    assert Short("en", title, "", LINK).sms == said

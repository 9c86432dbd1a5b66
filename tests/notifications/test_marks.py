"""Mails as plain text have the marks of their language."""

import pytest

from services.notifications.actions.wording import Words


@pytest.mark.parametrize(
    ("language", "row", "button"),
    [("en", "When: noon", "Open:\n"), ("zh-Hant", "When：noon", "Open：\n")],
)
def test_labels_have_the_colon_of_the_mail_s_language(language, row, button):
    words = Words(language, "", (), (("When", "noon"),), "Open", "https://one.example")

    assert row in words.text
    assert button in words.text

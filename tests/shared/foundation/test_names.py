"""Names in any script, and what folding takes for the same."""

import pytest

from shared.foundation.names import (
    PersonName,
    display_name,
    fold,
    fold_email,
    language_of,
    sort_key,
)

NATIVE = PersonName(kind="native", given="世昌", family="陳", order="family_first")
ROMAN = PersonName(kind="romanised", given="Shih-Chang", family="Chen", order="given_first")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣電路板協會", "台湾电路板协会"),
        ("台灣區電機電子工業同業公會", "台湾区电机电子工业同业公会"),
        ("ＴＰＣＡ　Ltd.", "tpca ltd"),
        ("So-Young  LEE", "so young lee"),
        ("Café", "Café"),
    ],
)
def test_what_reads_the_same_folds_to_the_same(one, other):
    assert fold(one) == fold(other)


def test_different_people_stay_different():
    assert fold("陳世昌") != fold("陳世良")
    assert fold("Lee So-Young") != fold("So-Young Lee")


def test_a_name_is_written_in_its_own_order():
    assert NATIVE.full == "陳世昌"
    assert ROMAN.full == "Shih-Chang Chen"


def test_chinese_pages_show_the_native_form_and_others_the_romanised():
    assert display_name([NATIVE, ROMAN], "zh-Hant") == "陳世昌"
    assert display_name([NATIVE, ROMAN], "en") == "Shih-Chang Chen"
    assert display_name([NATIVE], "en") == "陳世昌"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("陳世昌", "zh-Hant"),
        ("이소영", "ko"),
        ("山田 かおり", "ja"),
        ("สมชาย", "th"),
        ("Ann Wu", ""),
    ],
)
def test_the_letters_of_a_name_tell_of_its_language_or_of_none(name, language):
    assert language_of(name) == language


def test_names_sort_by_the_family_in_latin_letters():
    assert sort_key([NATIVE, ROMAN]) == "chen shih chang"


def test_addresses_fold_by_case_alone():
    assert fold_email(" Ann.Lee@People.Example ") == "ann.lee@people.example"
    assert fold_email("a.b@x.example") != fold_email("ab@x.example")

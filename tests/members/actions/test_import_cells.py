"""Cells as values: the quick ways answer what the libraries do."""

from datetime import date

import email_validator
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.actions.imports import cells
from services.members.actions.imports.cells import BadCell
from services.members.actions.imports.rows import split_name
from services.members.model.tax_numbers import is_tax_number
from tests.members.test_import_files import tax_numbers

REGIONS = ("TW", "JP", "US", "NZ", "IT", "MX", "HK", "PE", "KR", None)
NUMBERS = st.text("0123456789 -().+", min_size=3, max_size=18)


def by_library(text, region):
    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def ours(text, region):
    try:
        return cells.phone(text, region)
    except BadCell:
        return None


@given(text=NUMBERS, region=st.sampled_from(REGIONS))
def test_a_telephone_number_is_what_the_library_says(text, region):
    assert ours(text, region) == by_library(text, region)


@pytest.mark.parametrize(
    "text", ["03-582-0100", "(02) 2345 6789", "+886 3 582 0100", "+886-0912-345-678", "0912345678"]
)
def test_a_number_of_the_organisation_s_economy_needs_no_prefix(text):
    assert ours(text, "TW") == by_library(text, "TW") is not None


@pytest.mark.parametrize(
    "text",
    ["a@one.example", "A.b+c@One.Example", "a..b@one.example", "a@-one.example", "a@one", "a@b@c.d",
     "a@localhost", "a@one.test", "a@xn--fiq.example", "a@one.example.", "a@1.2.3.4", "é@one.example",
     "a@one-.example", "a@o--e.example", ".a@one.example", "x" * 65 + "@one.example"],
)  # fmt: skip
def test_a_mail_address_is_what_the_library_says(text):
    try:
        expected = email_validator.validate_email(
            text, check_deliverability=False, allow_smtputf8=False
        ).normalized
    except email_validator.EmailNotValidError:
        expected = None

    try:
        found = cells.email(text)
    except BadCell:
        found = None

    assert found == expected


def test_a_tax_number_gets_its_zeros_back():
    number = next(each for each in ("00987654", "01234566", "04595257") if is_tax_number(each))

    assert cells.tax_number(number.lstrip("0")) == number
    assert all(cells.tax_number(each) == each for each in tax_numbers(50))


def test_identifiers_as_our_own_files_write_them_hold_the_tax_number():
    number = tax_numbers(1)[0]

    assert cells.tax_number(f"tw-ubn {number}") == number
    assert cells.tax_number(f"lei 529900T8BM49AURSDO55; tw-ubn {number}; teema 17") == number
    assert cells.tax_number("teema 17") is None
    with pytest.raises(cells.BadCell):
        cells.tax_number(f"ubn {number}")
    with pytest.raises(cells.BadCell):
        cells.tax_number("tw-ubn 12345678")


@pytest.mark.parametrize("text", ["12345678", "1234", "abcdefgh", "１２３", "-1"])
def test_what_is_no_tax_number_is_refused(text):
    with pytest.raises(BadCell):
        cells.tax_number(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("TW", "TW"), ("台灣", "TW"), ("Chinese Taipei", "TW"), ("日本", "JP"), ("DEU", "DE")],
)
def test_an_economy_is_told_by_code_or_name(text, code):
    assert cells.economy(text) == code


@pytest.mark.parametrize(
    "text", ["2026-12-31", "2026/12/31", "20261231", "115/12/31", "2026年12月31日"]
)
def test_a_day_is_read_as_offices_write_it(text):
    assert cells.day(text) == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["2026-13-01", "soon", "31.12.26.1", "0/0/0"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(BadCell):
        cells.day(text)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "http://", "ftp://one.example", "http://[1", "a b"]
)
def test_what_is_no_web_address_is_refused(text):
    with pytest.raises(BadCell):
        cells.url(text)


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("陳世昌", "陳", "世昌"),
        ("歐陽 修", "歐陽", "修"),
        ("諸葛孔明", "諸葛", "孔明"),
        ("So-Young Lee", "Lee", "So-Young"),
        ("LEE So-Young", "LEE", "So-Young"),
        ("Lee, So-Young", "Lee", "So-Young"),
        ("Sukarno", "Sukarno", ""),
    ],
)
def test_a_name_in_one_piece_is_taken_apart(text, family, given_name):
    found = split_name(text)

    assert (found["family"], found["given"]) == (family, given_name)


@pytest.mark.parametrize(
    ("text", "tag"),
    [("繁體中文", "zh-Hant"), ("正體中文", "zh-Hant"), ("Chinese", "zh-Hant"), ("英語", "en")],
)
def test_a_language_is_known_by_the_name_that_people_write(text, tag):
    assert cells.locale(text) == tag


def test_marks_that_turn_the_direction_of_writing_are_left_out():
    assert cells.line("\u202aDelta \u2067Optics\u2069\u202c", "name", 40) == "Delta Optics"

"""What comes in by forms and bodies: nested paths, one line, moments, addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.foundation.failures import Fault, Invalid, Stale
from shared.web.errors import faults_in
from shared.web.fields import Count, Email, Line, Moment, Phone, Texts, is_storable
from shared.web.forms import Form, filled, nested
from shared.web.pages import safe_next


def test_paths_with_dots_become_a_tree_without_empty_texts():
    typed = {"titles.en": " A ", "titles.zh-Hant": "", "venue.mode": "online"}

    assert nested(typed) == {"titles": {"en": "A"}, "venue": {"mode": "online"}}


def test_values_become_texts_by_paths():
    assert filled({"venue": {"mode": "online", "url": None}, "capacity": 3}) == {
        "venue.mode": "online",
        "capacity": "3",
    }


def test_a_failure_is_shown_beside_its_field():
    form = Form()
    form.refuse(Invalid("No.", faults=[Fault("/venue/name", "Name it.")]))
    form.refuse(Invalid("Too late."))

    assert form.faults == {"venue.name": "Name it.", "": "Too late."}


def test_messages_become_pointers():
    messages = {"attendees": {3: {"email": ["bad"]}}, "a/b~c": ["worse"], "_schema": ["all"]}

    assert list(faults_in(messages)) == [
        Fault("/attendees/3/email", "bad"),
        Fault("/a~1b~0c", "worse"),
        Fault("", "all"),
    ]


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: x@y.example", "a\x00", "a\u2028b", "", "  ", "x" * 301]
)
def test_a_line_is_one_line(text):
    with pytest.raises(ValidationError):
        Line().deserialize(text)


def test_a_line_is_without_marks_that_turn_the_direction_of_writing():
    assert Line().deserialize("\u202aAnn\u202c \u2067Lin\u2069") == "Ann Lin"
    assert Line().deserialize("محمد\u200e 陳") == "محمد\u200e 陳"
    with pytest.raises(ValidationError):
        Line().deserialize("\u202e")


@pytest.mark.parametrize(
    "text",
    ["2026-09-05", "2026-09-05T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"],
)
def test_a_moment_has_an_offset_and_a_likely_year(text):
    with pytest.raises(ValidationError):
        Moment().deserialize(text)


@given(st.text(max_size=40))
def test_no_text_makes_a_field_fall_over(text):
    for field in (Moment(), Email(), Phone(), Count(), Line(), Texts()):
        try:
            field.deserialize(text)
        except ValidationError:
            continue


@pytest.mark.parametrize("value", [1.5, True, "1.5", "x", -1, 1_000_001])
def test_a_count_is_a_whole_number_within_bounds(value):
    with pytest.raises(ValidationError):
        Count().deserialize(value)


@pytest.mark.parametrize(
    ("value", "is_good"),
    [({"a": ["b", {"c": "d"}]}, True), ({"a": ["b\x00"]}, False), ({"\ud800": 1}, False)],
)
def test_what_no_database_takes_is_seen_anywhere(value, is_good):
    assert is_storable(value) is is_good


@pytest.mark.parametrize(
    "path", [None, "", "https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "x"]
)
def test_the_next_page_is_one_of_ours(path):
    assert safe_next(path) == "/events/start"
    assert safe_next("/events/mine?x=1") == "/events/mine?x=1"


def test_a_form_opened_before_a_change_is_refused_and_one_without_a_version_is_not():
    Form(seen="3").require_current(3)
    Form().require_current(3)

    with pytest.raises(Stale):
        Form(seen="2").require_current(3)


def test_a_form_carries_what_was_seen_until_its_writer_is_told_of_a_newer_version():
    form = Form(seen="2")
    before = form.version_to_show(3)

    with pytest.raises(Stale):
        form.require_current(3)

    assert (before, form.version_to_show(3), Form().version_to_show(3)) == ("2", "3", "3")


@pytest.mark.parametrize("domain", ["one.example", "one.test", "mail.corp.local", "example.com"])
def test_addresses_to_try_things_out_and_of_closed_networks_are_addresses(domain):
    assert Email().deserialize(f"Ann@{domain.upper()}") == f"Ann@{domain}"


@pytest.mark.parametrize("domain", ["localhost", "one.invalid", "one.onion", "one.arpa"])
def test_nobody_is_at_the_other_names_that_stand_for_something_else(domain):
    with pytest.raises(ValidationError):
        Email().deserialize(f"ann@{domain}")

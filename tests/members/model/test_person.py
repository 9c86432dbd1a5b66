"""A person is known by name in whichever order and script it is written."""

import pytest

from services.members.actions.introducing import change_person
from tests.members.builders import NOW, a_name, a_person


@pytest.mark.parametrize(
    "name",
    [
        a_name("Lin", "Mei"),
        a_name("LIN", "mei", order="family_first"),
        a_name("Mei", "Lin"),
    ],
)
def test_the_order_and_the_case_of_a_name_don_t_matter(session, name):
    assert a_person(session, "Lin", "Mei").is_called([name])


def test_traditional_and_simplified_are_one_name(session):
    person = a_person(session, names=[a_name("劉", "文雄", kind="native", order="family_first")])

    assert person.is_called([a_name("刘", "文雄", kind="native", order="family_first")])


def test_another_name_at_the_same_mailbox_is_another_person(session):
    assert not a_person(session, "Lin", "Mei").is_called([a_name("Lin", "Mai")])


def test_without_a_time_zone_a_person_has_their_economy_s(session):
    assert a_person(session, economy="PE").time_zone == "America/Lima"


def test_lists_sort_by_the_family_name_unless_the_person_says_otherwise(session):
    plain = a_person(session, "de la Cruz", "Ana")
    told = a_person(session, "de la Cruz", "Ana", sort_as="Cruz, Ana de la")

    assert (plain.sort_key, told.sort_key) == ("de la cruz ana", "cruz ana de la")


def test_the_order_that_somebody_chose_outlives_another_name(session):
    person = a_person(session, "de la Cruz", "Ana", sort_as="Cruz")

    change_person(session, person, {"names": [a_name("Lopez", "Ana")]}, actor="x", now=NOW)
    kept = person.sort_key
    change_person(session, person, {"sort_as": None}, actor="x", now=NOW)

    assert (kept, person.sort_key) == ("cruz", "lopez ana")


def test_a_title_is_shown_in_the_reader_s_language_or_in_english(session):
    person = a_person(session, titles={"en": "Dr", "zh-Hant": "博士"})

    assert [person.title_in(tag) for tag in ("zh-Hant", "ja")] == ["博士", "Dr"]

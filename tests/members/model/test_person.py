"""A person is known by name in whichever order and script it is written."""

import pytest

from tests.members.builders import a_name, a_person


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

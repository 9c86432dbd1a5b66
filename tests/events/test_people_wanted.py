"""An organizer finds people of a workshop by name, address and state."""

import pytest
from sqlalchemy import select

from services.events.model import Nomination, Registration
from services.events.pages.people_wanted import Wanted
from tests.events.builders import a_nomination, a_workshop, an_organisation, comes, gives_seats


@pytest.fixture
def workshop(session):
    """Three have registered, the last one waits; one is nominated."""
    body = an_organisation(session)
    workshop = a_workshop(session, seats=3)
    gives_seats(session, workshop, body, 1)
    comes(session, workshop, "Mei-Ling Lin", email="mei@office.example")
    comes(session, workshop, "陳臺生", email="chen@office.example")
    comes(session, workshop, "100% Ann", email="ann_b@people.example")
    a_nomination(session, workshop, body, "Lin Park")
    return workshop


def found(session, **asked):
    wanted = Wanted.of(asked)
    return [
        [each.name for each in session.scalars(wanted.among(select(row), row).order_by(row.id))]
        for row in (Registration, Nomination)
    ]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, [["Mei-Ling Lin", "陳臺生", "100% Ann"], ["Lin Park"]]),
        ({"q": "lin MEI"}, [["Mei-Ling Lin"], []]),
        ({"q": "lin"}, [["Mei-Ling Lin"], ["Lin Park"]]),
        ({"q": "台生"}, [["陳臺生"], []]),
        ({"q": "陈台"}, [["陳臺生"], []]),
        ({"q": "@office.EXAMPLE"}, [["Mei-Ling Lin", "陳臺生"], []]),
        ({"q": "chen"}, [["陳臺生"], []]),
        ({"q": "n_b@"}, [["100% Ann"], []]),
        ({"q": "nxb@"}, [[], []]),
        ({"q": "nobody"}, [[], []]),
        ({"state": "waiting"}, [["100% Ann"], []]),
        ({"state": "submitted", "q": "lin"}, [[], ["Lin Park"]]),
        ({"state": "no such"}, [["Mei-Ling Lin", "陳臺生", "100% Ann"], ["Lin Park"]]),
    ],
)
@pytest.mark.usefixtures("workshop")
def test_people_are_found_by_name_address_and_state(session, asked, names):
    assert found(session, **asked) == names


def test_an_address_asks_again_for_what_was_asked():
    assert Wanted.of({"state": "waiting", "q": " Lin ", "cursor": "x"}).filters == {
        "state": "waiting",
        "q": "Lin",
    }
    assert Wanted.of({"state": "all"}).filters == {}

"""The part of the start page that leads a new association through its first steps."""

import pytest

from services.members.model import Organisation
from shared.foundation.identities import Role
from tests.members.builders import (
    a_grant,
    a_member_of,
    a_person,
    an_account,
    an_appointment,
    an_organisation,
)
from tests.members.pages.test_pages import Browser

PART = "/fragments/our-organisation"


@pytest.fixture
def browser(client):
    return Browser(client)


@pytest.fixture
def association(database):
    with database.writing() as session:
        own, other = an_organisation(session, "TEEMA"), an_organisation(session, "TAMI")
        mei = an_account(session, "mei@one.example")
        a_grant(session, mei, Role.FOCAL_POINT, own)
        a_member_of(session, other)
        return own.id


def steps(browser):
    """Of each step, whether it is done, next or to come."""
    page = browser.get(PART).text
    return [part.partition('"')[0] for part in page.split('<li class="')[1:]]


def test_a_new_association_is_led_from_its_profile_to_its_delegates(browser, database, association):
    browser.sign_in()
    assert "TAMI" not in browser.get(PART).text
    assert steps(browser) == ["next", "", ""]
    # What is counted is what is numbered.
    page = browser.get(PART).text
    assert "0 of 3 steps done" in page
    assert page.count("<li") == 3

    with database.writing() as session:
        own = session.get_one(Organisation, association)
        own.email, own.url = "office@teema.example", "https://teema.example"
    assert steps(browser) == ["done", "next", ""]

    with database.writing() as session:
        a_member_of(session, session.get_one(Organisation, association))
    assert steps(browser) == ["done", "done", "next"]

    with database.writing() as session:
        own = session.get_one(Organisation, association)
        an_appointment(session, a_person(session), own)
    assert "First steps" not in browser.get(PART).text
    assert "<b>1</b>delegates" in browser.get(PART).text


def test_the_part_is_for_focal_points_alone(browser, database):
    with database.writing() as session:
        an_account(session, "mei@one.example")
    browser.sign_in()

    assert browser.get(PART).status_code == 403

"""Whoever is to stand in for a colleague is told, in their language, and once."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, Notification
from shared.contracts import members
from shared.foundation.ids import new_id
from tests.notifications.builders import hears
from tests.notifications.test_memberships import somebody

PLACE = members.OrganisationRecorded(
    organisation_id=new_id(),
    version=1,
    names={"en": "TEEMA", "zh-Hant": "電電公會"},
    kind="association",
    economy="TW",
    email=None,
)


def an_office(person_id, **facts):
    plain = {"appointment_id": new_id(), "version": 1, "organisation_id": PLACE.organisation_id}
    plain |= {"role": "focal_point", "starts_on": date(2026, 5, 1), "substitutes_for": new_id()}
    return members.AppointmentRecorded(
        person_id=person_id, **(plain | {"ends_on": date(2099, 5, 14)} | facts)
    )


@pytest.fixture
def place(session):
    hears(session, PLACE)


def test_who_is_to_stand_in_is_told_where_and_until_when(session, place):
    office = an_office(somebody(session))
    hears(session, office)
    hears(session, replace(office, version=2))

    found = session.scalars(select(Notification)).one()
    for language, day in (("en", "May 14, 2099"), ("zh-Hant", "2099年5月14日")):
        words = words_for(found.kind, read_facts(found.facts), locale=language, link="")
        assert day in words.text
        assert PLACE.names[language] in words.subject


@pytest.mark.parametrize(
    "facts",
    [{"substitutes_for": None}, {"is_over": True}, {"ends_on": date(2020, 1, 1)}, {"version": 3}],
    ids=str,
)
def test_an_office_of_ones_own_or_that_is_over_is_no_news(session, place, facts):
    hears(session, an_office(somebody(session), **facts))

    assert session.scalars(select(Delivery)).all() == []

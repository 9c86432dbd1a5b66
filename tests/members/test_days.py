"""Whose day it is: at 17:00 UTC of 31 December it is 1 January already in Taipei."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.members.actions import appointing, joining, lasting
from services.members.settings import MembersSettings
from shared.database import Database
from shared.days import day_of
from shared.foundation.failures import BadSettings
from tests.members.builders import (
    a_draft,
    a_person,
    an_affiliation,
    an_appointment,
    an_organisation,
)

EVENING = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
"""23:59 in Taipei."""
NIGHT = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
"""01:00 of New Year's Day in Taipei."""
LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
NEEDED: Any = {"database_url": "sqlite://", "secret_key": "0" * 32, "broker_url": "embedded:///x"}


def a_membership(session, **term):
    host, company = an_organisation(session), an_organisation(session, "C", kind="company")
    made = a_draft(session, company, host, **term)
    joining.submit(session, made, actor="test", now=EVENING)
    return joining.approve(session, made, actor="test", now=EVENING)


def test_a_membership_until_31_december_is_active_until_midnight_in_taipei(session):
    membership = a_membership(session, ends_on=LAST)

    lasting.keep_terms(session, now=EVENING)
    assert membership.state == "active"

    lasting.keep_terms(session, now=EVENING + timedelta(minutes=1))
    assert membership.state == "in_grace"


def test_a_membership_from_1_january_begins_at_midnight_in_taipei(session):
    membership = a_membership(session, starts_on=FIRST)
    assert membership.state == "approved"

    lasting.keep_terms(session, now=NIGHT)

    assert membership.state == "active"


def test_an_installation_counts_by_the_days_of_its_own_zone(database):
    elsewhere = Database(database.url, time_zone="America/Lima")
    with elsewhere.writing() as session:
        membership = a_membership(session, ends_on=LAST)

        lasting.keep_terms(session, now=NIGHT)

        assert (day_of(session, NIGHT), membership.state) == (LAST, "active")
    elsewhere.dispose()


def test_a_zone_that_does_not_exist_is_refused_at_the_start():
    with pytest.raises(BadSettings, match="PLENARY_TIME_ZONE can't be used"):
        MembersSettings(**NEEDED, time_zone="Taipei")


def test_whoever_leaves_at_night_was_there_until_the_new_day(session):
    association = an_organisation(session)
    work = an_affiliation(session, a_person(session), association)
    office = an_appointment(session, a_person(session), association)

    appointing.end_affiliation(session, work, actor="test", now=NIGHT)
    appointing.end_appointment(session, office, actor="test", now=NIGHT)

    assert work.ends_on == office.ends_on == FIRST

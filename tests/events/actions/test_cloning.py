"""Copies of a workshop, and series of them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.events.actions.cloning import clone, series
from services.events.model import Contribution, Registration
from services.events.queries.workshops import programme_of
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, comes, seats_of
from tests.events.test_programme import a_session, a_speaker, a_talk


def test_a_copy_has_the_programme_moved_along_and_no_people(session):
    workshop = a_workshop(session, seats=9, closes_at=IN_A_MONTH - timedelta(days=2))
    part, ellen = a_session(session, workshop, begins=1, ends=2), a_speaker(session, workshop)
    a_talk(session, workshop, part, ellen)
    comes(session, workshop, "Ann")
    later = IN_A_MONTH + timedelta(days=10)

    made = clone(session, workshop, starts_at=later, actor="test", now=NOW)

    sessions, talks, speakers = programme_of(session, made.id)
    assert (made.state, made.starts_at, made.closes_at) == (
        "draft",
        later,
        later - timedelta(days=2),
    )
    assert [each.starts_at for each in sessions] == [later + timedelta(hours=1)]
    assert (talks[0].session_id, talks[0].speaker_id) == (sessions[0].id, speakers[0].id)
    assert seats_of(session, made) == {"free": 9}
    people = select(Registration).where(Registration.workshop_id == made.id)
    assert session.scalars(people).all() == []


def test_a_copy_without_its_programme_has_none(session):
    workshop = a_workshop(session)
    a_talk(session, workshop, a_session(session, workshop))

    made = clone(session, workshop, with_programme=False, actor="test", now=NOW)

    talks = select(Contribution).where(Contribution.workshop_id == made.id)
    assert session.scalars(talks).all() == []
    assert made.starts_at == workshop.starts_at


def test_a_series_keeps_its_local_hour_over_a_change_of_clocks(session):
    berlin = ZoneInfo("Europe/Berlin")
    begins = datetime(2026, 10, 20, 9, 0, tzinfo=berlin)
    workshop = a_workshop(
        session,
        time_zone="Europe/Berlin",
        starts_at=begins,
        ends_at=begins + timedelta(hours=6),
    )

    made = series(session, workshop, every_days=7, times=2, actor="test", now=NOW)

    local = [each.starts_at.astimezone(berlin).strftime("%m-%d %H:%M") for each in made]
    assert local == ["10-27 09:00", "11-03 09:00"]

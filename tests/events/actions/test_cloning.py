"""Copies of a workshop, and series of them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.events.actions import inviting_again
from services.events.actions.cloning import clone, series
from services.events.actions.inviting_again import (
    copies_to_invite_for,
    invite_next,
    people_to_invite,
)
from services.events.actions.scheduling import cancel_workshop, publish
from services.events.model import Allotment, Contribution, Registration, WorkshopInvitation
from services.events.queries.workshops import programme_of
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)
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


def invited_to(session, workshop):
    query = select(WorkshopInvitation).where(WorkshopInvitation.workshop_id == workshop.id)
    return sorted(each.name for each in session.scalars(query))


def invites_all(session, workshop, *, now=NOW):
    turns = 1
    while invite_next(session, workshop.id, now=now):
        turns += 1
    return turns


def test_people_of_the_workshop_are_invited_once_its_copy_is_published(session, monkeypatch):
    monkeypatch.setattr(inviting_again, "AT_ONCE", 2)
    body = an_organisation(session)
    workshop = a_workshop(session, seats=9)
    gives_seats(session, workshop, body, 3, release_at=IN_A_MONTH - timedelta(days=4))
    for name in ("Ann", "Ben", "Cho"):
        comes(session, workshop, name)
    gone = comes(session, workshop, "Dee").registration
    gone.state = "cancelled"
    session.flush()
    later = IN_A_MONTH + timedelta(days=10)

    made = clone(session, workshop, starts_at=later, with_people=True, actor="test", now=NOW)

    assert copies_to_invite_for(session, now=NOW) == []
    assert people_to_invite(session, made.id) == 3
    allotment = session.scalars(select(Allotment).where(Allotment.workshop_id == made.id)).one()
    assert (allotment.organisation_id, allotment.seats, allotment.used) == (body, 3, 0)
    assert allotment.release_at == later - timedelta(days=4)

    publish(session, made, actor="test", now=NOW)
    comes(session, made, "Ben")
    assert copies_to_invite_for(session, now=NOW) == [made.id]
    assert invites_all(session, made) == 2

    assert invited_to(session, made) == ["Ann", "Cho"]
    assert copies_to_invite_for(session, now=NOW) == []
    assert invite_next(session, made.id, now=NOW) is False
    assert people_to_invite(session, made.id) == 0


def test_nobody_is_invited_to_a_copy_that_is_cancelled_or_over(session):
    workshop = a_workshop(session, seats=9)
    comes(session, workshop, "Ann")
    cancelled, over = (
        clone(session, workshop, with_people=True, actor="test", now=NOW) for _ in range(2)
    )
    cancel_workshop(session, cancelled, actor="test", now=NOW, reason="no hall")

    for made, now in ((cancelled, NOW), (over, over.starts_at)):
        assert made.id in copies_to_invite_for(session, now=now)
        assert invite_next(session, made.id, now=now) is False
        assert invited_to(session, made) == []
    assert copies_to_invite_for(session, now=over.starts_at) == []


def test_where_bodies_nominate_a_copy_invites_nobody_and_they_keep_their_seats(session):
    body, workshop = an_organisation(session), a_workshop(session, seats=9, mode="nomination")
    gives_seats(session, workshop, body, 3)

    made = clone(session, workshop, with_people=True, actor="test", now=NOW)

    assert people_to_invite(session, made.id) == 0
    assert copies_to_invite_for(session, now=made.starts_at) == []
    assert seats_of(session, made)["free"] == 6

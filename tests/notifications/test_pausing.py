"""Announcements that are paused or cancelled: nothing of them goes out until they are resumed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.notifications.actions.announcing import cancel, pause, resume
from services.notifications.actions.choosing import choose
from services.notifications.actions.claiming import claim
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.releasing import release_due
from services.notifications.gateways.mailer import Result
from services.notifications.model import Delivery
from tests.notifications.announcement_builders import a_person, an_organisation, approved, run

LATER = timedelta(days=1)


def state_of(session):
    return session.scalars(select(Delivery.state)).one()


def test_what_waits_for_the_morning_waits_on_in_a_pause(session, now):
    top = an_organisation(session)
    person = a_person(session, top)
    hours = {"quiet_from": "00:00", "quiet_to": "12:00", "time_zone": "UTC"}
    choose(session, person, hours, actor="t", now=now)
    made = approved(session, top, now)
    run(session, now)
    pause(session, made, actor="t", now=now)

    noon = now.replace(hour=12, minute=30)
    release_due(session, now=noon)
    in_pause = state_of(session)
    resume(session, made, actor="t", now=noon)
    release_due(session, now=noon)

    assert (in_pause, state_of(session)) == ("held", "queued")


@pytest.mark.parametrize("outcome", ["deferred", "away"])
def test_what_a_server_puts_off_goes_no_further_once_it_is_cancelled(session, now, outcome):
    top = an_organisation(session)
    a_person(session, top)
    made = approved(session, top, now)
    run(session, now)
    [claimed] = claim(session, limit=1, now=now)
    cancel(session, made, actor="t", now=now)

    keep_result(session, claimed, Result(outcome, "450"), now=now)

    assert claim(session, limit=1, now=now + LATER) == []
    assert state_of(session) == "cancelled"


def test_what_a_server_puts_off_in_a_pause_goes_out_when_it_is_resumed(session, now):
    top = an_organisation(session)
    a_person(session, top)
    made = approved(session, top, now)
    run(session, now)
    [claimed] = claim(session, limit=1, now=now)
    pause(session, made, actor="t", now=now)

    keep_result(session, claimed, Result("deferred", "450"), now=now)
    in_pause = claim(session, limit=1, now=now + LATER)
    resume(session, made, actor="t", now=now + LATER)

    assert in_pause == []
    assert len(claim(session, limit=1, now=now + LATER)) == 1

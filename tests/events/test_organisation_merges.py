"""A merge of two bodies is followed: their seats add up, and part again exactly."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.events.actions.allotting import keep_due_dates
from services.events.actions.confirming import confirm
from services.events.model import Allotment
from services.events.reactions import REACTIONS
from shared.contracts.members_directory import OrganisationMerged
from shared.foundation.ids import new_id
from shared.messaging.inbox import Heard
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_nomination,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)

RELEASE = IN_A_MONTH - timedelta(days=14)
MERGE = new_id()


@pytest.fixture
def bodies(session):
    return an_organisation(session, "Kept"), an_organisation(session, "Gone")


@pytest.fixture
def hears(session, bodies):
    """Hear that the bodies were merged, or that it was undone."""

    def hears(*, is_undone=False, now=NOW):
        kept, gone = bodies
        message = OrganisationMerged(
            merge_id=MERGE,
            version=2 if is_undone else 1,
            kept_id=kept,
            gone_id=gone,
            is_undone=is_undone,
        )
        session.flush()
        heard = Heard(id=new_id(), time=now, now=now, traceparent="")
        REACTIONS[OrganisationMerged](session, message, heard)
        session.flush()

    return hears


def allotments(session, workshop):
    """organisation → seats, used, alternates, release_at, whether it is open."""
    query = select(Allotment).where(Allotment.workshop_id == workshop.id)
    return {
        each.organisation_id: (
            *(each.seats, each.used, each.alternates),
            *(each.release_at, each.is_open),
        )
        for each in session.scalars(query.execution_options(populate_existing=True))
    }


def test_seats_of_both_add_up_and_part_again(session, bodies, hears):
    workshop, (kept, gone) = a_workshop(session, seats=9), bodies
    gives_seats(session, workshop, kept, 2, alternates=1, release_at=RELEASE)
    gives_seats(session, workshop, gone, 3, alternates=2)
    nominations = [a_nomination(session, workshop, each, str(n)) for n, each in enumerate(bodies)]
    before, ledger = allotments(session, workshop), seats_of(session, workshop)

    hears()
    joined = allotments(session, workshop)
    owners = {each.organisation_id for each in nominations}
    ledger_while = seats_of(session, workshop)
    hears(is_undone=True)

    assert joined == {kept: (5, 2, 3, RELEASE, True)}
    assert owners == {kept}
    assert allotments(session, workshop) == before
    assert [each.organisation_id for each in nominations] == [kept, gone]
    assert ledger == ledger_while == seats_of(session, workshop)


def test_an_allotment_that_only_the_other_has_goes_over_and_back(session, bodies, hears):
    workshop, (kept, gone) = a_workshop(session, seats=9), bodies
    gives_seats(session, workshop, gone, 3, release_at=RELEASE)
    before = allotments(session, workshop)

    hears()
    joined = allotments(session, workshop)
    hears(is_undone=True)

    assert joined == {kept: before[gone]}
    assert allotments(session, workshop) == before


@pytest.mark.parametrize("released", ["kept", "gone"])
def test_unused_seats_that_were_released_stay_the_pool_s(session, bodies, hears, released):
    workshop, (kept, gone) = a_workshop(session, seats=9), bodies
    open_one, other = (gone, kept) if released == "kept" else (kept, gone)
    gives_seats(session, workshop, other, 3, release_at=RELEASE)
    gives_seats(session, workshop, open_one, 2)
    invited = a_nomination(session, workshop, other, "Min")
    confirm(session, invited, actor="test", now=NOW)
    keep_due_dates(session, workshop.id, now=RELEASE)
    before, ledger = allotments(session, workshop), seats_of(session, workshop)

    hears()
    joined, ledger_while = allotments(session, workshop), seats_of(session, workshop)
    hears(is_undone=True)

    assert joined == {kept: (3, 1, 0, None, True)}
    assert ledger == ledger_while == seats_of(session, workshop)
    assert allotments(session, workshop) == before


def test_what_was_used_since_parts_by_who_holds_the_seats(session, bodies, hears):
    workshop, (kept, gone) = a_workshop(session, seats=9), bodies
    gives_seats(session, workshop, kept, 2)
    gives_seats(session, workshop, gone, 3)
    a_nomination(session, workshop, gone, "Min")

    hears()
    for name in ("Jun", "Sol", "Kai"):
        a_nomination(session, workshop, kept, name)
    ledger = seats_of(session, workshop)
    hears(is_undone=True)

    found = {body: row[:2] for body, row in allotments(session, workshop).items()}
    assert found == {kept: (3, 3), gone: (2, 1)}
    assert seats_of(session, workshop) == ledger


def test_seats_used_since_of_the_other_s_alone_are_the_kept_s(session, bodies, hears):
    workshop, (kept, gone) = a_workshop(session, seats=9), bodies
    gives_seats(session, workshop, gone, 3)

    hears()
    a_nomination(session, workshop, kept, "Jun")
    hears(is_undone=True)

    found = {body: row[:2] for body, row in allotments(session, workshop).items()}
    assert found == {kept: (1, 1), gone: (2, 0)}
    assert seats_of(session, workshop) == {"held": 1, "allotted": 2, "free": 6}


def test_whoever_waits_for_the_other_is_offered_a_seat_of_both(session, bodies, hears):
    workshop, (kept, gone) = a_workshop(session, seats=2), bodies
    gives_seats(session, workshop, kept, 1)
    comes(session, workshop, "First")
    waiting = comes(session, workshop, "Ann", organisation_id=gone).registration

    hears()

    assert (waiting.state, waiting.seat_of) == ("offered", kept)
    assert seats_of(session, workshop) == {"confirmed": 1, "offered": 1}


def test_workshops_follow_their_host_and_go_back(session, bodies, hears):
    kept, gone = bodies
    workshop = a_workshop(session, host_id=gone)

    hears()
    host = workshop.host_id
    hears(is_undone=True)

    assert (host, workshop.host_id) == (kept, gone)


def test_a_merge_that_is_heard_after_its_end_does_nothing(session, bodies, hears):
    workshop, (_, gone) = a_workshop(session, seats=9), bodies
    gives_seats(session, workshop, gone, 3)
    before = allotments(session, workshop)

    hears(is_undone=True)
    hears()

    assert allotments(session, workshop) == before

"""A merge of two records of one person is followed, and its undoing too."""

from datetime import UTC, datetime

from services.events.queries.copies import delegates_of
from services.events.reactions import REACTIONS
from shared.contracts.members import AppointmentRecorded
from shared.contracts.members_directory import PersonMerged
from shared.foundation.ids import new_id
from shared.messaging.inbox import Heard
from tests.events.builders import a_workshop, comes
from tests.events.call_builders import a_person

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HEARD = Heard(id=new_id(), time=NOW, now=NOW, traceparent="")
MERGE, KEPT, GONE = new_id(), new_id(), new_id()


def hears_merge(session, *, is_undone=False):
    version = 2 if is_undone else 1
    message = PersonMerged(
        merge_id=MERGE, version=version, kept_id=KEPT, gone_id=GONE, is_undone=is_undone
    )
    session.flush()
    REACTIONS[PersonMerged](session, message, HEARD)
    session.flush()


def test_registrations_follow_and_go_back(session, now):
    workshop = a_workshop(session)
    own = comes(session, workshop, "Mei", now=now).registration
    other = comes(session, workshop, "May", now=now).registration
    own.person_id, other.person_id = KEPT, GONE

    hears_merge(session)
    while_merged = (own.person_id, other.person_id)
    hears_merge(session, is_undone=True)

    assert while_merged == (KEPT, KEPT)
    assert (own.person_id, other.person_id) == (KEPT, GONE)


def test_a_merge_that_is_heard_after_its_end_does_nothing(session, now):
    other = comes(session, a_workshop(session), "May", now=now).registration
    other.person_id = GONE

    hears_merge(session, is_undone=True)
    hears_merge(session)

    assert other.person_id == GONE


def test_an_office_that_has_ended_is_held_no_more_whatever_its_term_was(session, now):
    person, body = a_person(session, "Mei").identity.person_id, new_id()
    facts = {"appointment_id": new_id(), "person_id": person, "organisation_id": body}
    facts |= {"role": "delegate", "starts_on": NOW.date(), "substitutes_for": None}
    for version, is_over in ((1, False), (2, True)):
        message = AppointmentRecorded(version=version, ends_on=None, is_over=is_over, **facts)
        REACTIONS[AppointmentRecorded](session, message, HEARD)
        session.flush()
        found = [each.id for each in delegates_of(session, body, today=NOW.date())]
        assert found == ([] if is_over else [person])

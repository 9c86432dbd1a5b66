"""A merge of two records of one person is followed, and its undoing too."""

from datetime import UTC, datetime

from services.events.reactions import REACTIONS
from shared.contracts.members_directory import PersonMerged
from shared.foundation.ids import new_id
from shared.messaging.inbox import Heard
from tests.events.builders import a_workshop, comes

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MERGE, KEPT, GONE = new_id(), new_id(), new_id()


def hears_merge(session, *, is_undone=False):
    version = 2 if is_undone else 1
    message = PersonMerged(
        merge_id=MERGE, version=version, kept_id=KEPT, gone_id=GONE, is_undone=is_undone
    )
    session.flush()
    REACTIONS[PersonMerged](session, message, Heard(id=new_id(), time=NOW, now=NOW, traceparent=""))
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

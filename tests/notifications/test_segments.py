"""Segments are kept with who is in them, whatever comes late or twice."""

from sqlalchemy import select

from services.notifications.model import SegmentCopy, SegmentMemberCopy
from shared.contracts.members import PersonErased
from shared.contracts.members_directory import SegmentMembersChanged, SegmentRecorded
from shared.foundation.ids import new_id
from tests.notifications.builders import hears

SEGMENT, AMY, BEA = new_id(), new_id(), new_id()


def changed(version, joined=(), left=()):
    return SegmentMembersChanged(
        segment_id=SEGMENT, version=version, joined_ids=tuple(joined), left_ids=tuple(left)
    )


def members(session):
    query = select(SegmentMemberCopy.member_id).where(
        SegmentMemberCopy.segment_id == SEGMENT, SegmentMemberCopy.is_member
    )
    return set(session.scalars(query))


def test_who_came_is_there_and_who_left_is_not(session):
    hears(session, changed(2, [AMY, BEA]))
    hears(session, changed(3, (), [AMY]))

    assert members(session) == {BEA}


def test_a_late_or_second_message_brings_nobody_back(session):
    hears(session, changed(2, [AMY]))
    hears(session, changed(3, (), [AMY]))
    hears(session, changed(2, [AMY]))

    assert members(session) == set()


def test_a_removed_segment_stays_removed(session):
    def recorded(version, *, is_removed):
        return SegmentRecorded(
            segment_id=SEGMENT,
            version=version,
            organisation_id=new_id(),
            names={"en": "Ours"},
            member_kind="people",
            is_removed=is_removed,
        )

    hears(session, recorded(4, is_removed=True))
    hears(session, recorded(1, is_removed=False))

    assert session.get_one(SegmentCopy, SEGMENT).is_removed


def test_the_erased_are_in_no_segment_any_more(session):
    hears(session, changed(2, [AMY]))
    hears(session, PersonErased(person_id=AMY, version=3, email=None))
    hears(session, changed(4, [AMY, BEA]))

    assert members(session) == {BEA}

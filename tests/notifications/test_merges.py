"""A merge of two records of one person is followed, and its undoing too."""

from sqlalchemy import select

from services.notifications.model import InboxItem, Notification
from shared.contracts.members_directory import OrganisationMerged, PersonMerged
from shared.foundation.ids import new_id
from tests.notifications.builders import hears
from tests.notifications.test_memberships import a_notice, somebody

MERGE = new_id()


def merged(kept, gone, *, is_undone=False):
    version = 2 if is_undone else 1
    return PersonMerged(
        merge_id=MERGE, version=version, kept_id=kept, gone_id=gone, is_undone=is_undone
    )


def whose(session, kind):
    session.flush()
    return sorted(session.scalars(select(kind.person_id).order_by(kind.id)))


def test_what_the_other_was_told_is_the_kept_s_until_it_is_undone(session):
    kept, gone = sorted((somebody(session), somebody(session, email="may@one.example")))
    hears(session, a_notice(kept, gone))

    hears(session, merged(kept, gone))
    while_merged = [whose(session, kind) for kind in (InboxItem, Notification)]
    hears(session, merged(kept, gone, is_undone=True))

    assert while_merged == [[kept, kept], [kept, kept]]
    assert [whose(session, kind) for kind in (InboxItem, Notification)] == [[kept, gone]] * 2


def test_a_merge_that_is_heard_late_or_twice_does_nothing(session):
    kept, gone = sorted((somebody(session), somebody(session, email="may@one.example")))
    hears(session, a_notice(gone))

    hears(session, merged(kept, gone, is_undone=True))
    hears(session, merged(kept, gone))

    assert whose(session, InboxItem) == [gone]


def test_what_was_told_for_an_organisation_s_workshops_follows_a_merge_of_organisations(session):
    kept, gone, person = new_id(), new_id(), somebody(session)
    hears(session, a_notice(person))
    told = session.scalars(select(Notification)).one()
    told.host_id = gone

    def organisation_merged(version):
        return OrganisationMerged(
            merge_id=MERGE, version=version, kept_id=kept, gone_id=gone, is_undone=version > 1
        )

    hears(session, organisation_merged(1))
    host = told.host_id
    hears(session, organisation_merged(2))

    assert (host, told.host_id) == (kept, gone)

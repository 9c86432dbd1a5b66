"""What follows when two records of one person, or of one organisation, become one."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from services.notifications.actions.merging_choices import follow_choices
from services.notifications.model import (
    Announcement,
    AttendanceCopy,
    InboxItem,
    MergeCopy,
    MergedRow,
    Notification,
    PostCopy,
    Webhook,
    WorkshopCopy,
)
from shared.contracts.members_directory import PersonMerged
from shared.merging import Following

OF_PEOPLE: Final = Following(
    MergeCopy,
    MergedRow,
    [
        *((kind, "person_id") for kind in (AttendanceCopy, InboxItem, Notification, PostCopy)),
        (Webhook, "owner_id"),
    ],
)
OF_ORGANISATIONS: Final = Following(
    MergeCopy,
    MergedRow,
    [
        (AttendanceCopy, "organisation_id"),
        (WorkshopCopy, "host_id"),
        (Notification, "host_id"),
        (Announcement, "organisation_id"),
        (Webhook, "organisation_id"),
    ],
)


def follow_merge(session: Session, message: PersonMerged, *, now: datetime) -> None:
    """What was the other's is the survivor's, what they chose too; undone, it goes back."""
    if OF_PEOPLE.follow(session, message):
        session.flush()
        follow_choices(session, message, now=now)


follow_organisation_merge = OF_ORGANISATIONS.follow

"""What follows when two records of one person, or of one organisation, become one."""

from typing import Final

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
follow_merge = OF_PEOPLE.follow
follow_organisation_merge = OF_ORGANISATIONS.follow

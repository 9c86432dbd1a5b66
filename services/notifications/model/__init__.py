"""The tables of notifications and what always holds in them."""

from services.notifications.model.base import Base
from services.notifications.model.copies import (
    AttendanceCopy,
    MembershipCopy,
    MergeCopy,
    MergedRow,
    OrganisationCopy,
    Recipient,
    SegmentCopy,
    SegmentMemberCopy,
    WorkshopCopy,
)
from services.notifications.model.delivery import Attempt, Delivery
from services.notifications.model.inbox_item import InboxItem
from services.notifications.model.kept_mail import KeptMail
from services.notifications.model.notification import Notification
from services.notifications.model.suppression import Suppression

__all__ = [
    "Attempt",
    "AttendanceCopy",
    "Base",
    "Delivery",
    "InboxItem",
    "KeptMail",
    "MembershipCopy",
    "MergeCopy",
    "MergedRow",
    "Notification",
    "OrganisationCopy",
    "Recipient",
    "SegmentCopy",
    "SegmentMemberCopy",
    "Suppression",
    "WorkshopCopy",
]

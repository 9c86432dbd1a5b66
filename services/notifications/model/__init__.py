"""The tables of notifications and what always holds in them."""

from services.notifications.model.address import Address, PushKey, SentCode
from services.notifications.model.announcement import Announcement, AnnouncementRecipient
from services.notifications.model.base import Base
from services.notifications.model.copies import (
    AttendanceCopy,
    MembershipCopy,
    MergeCopy,
    MergedRow,
    OrganisationCopy,
    PostCopy,
    Recipient,
    SegmentCopy,
    SegmentMemberCopy,
    WorkshopCopy,
)
from services.notifications.model.delivery import Attempt, Delivery
from services.notifications.model.inbox_item import InboxItem
from services.notifications.model.kept_mail import KeptMail
from services.notifications.model.notification import Notification
from services.notifications.model.preference import MergedChoice, OrganisationRules, Preference
from services.notifications.model.reminder import ReminderMark
from services.notifications.model.retention import RetentionRun
from services.notifications.model.suppression import Suppression
from services.notifications.model.template import Template, TemplateVersion
from services.notifications.model.transition import Transition
from services.notifications.model.webhook import (
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookMessage,
)

__all__ = [
    "Address",
    "Announcement",
    "AnnouncementRecipient",
    "Attempt",
    "AttendanceCopy",
    "Base",
    "Delivery",
    "InboxItem",
    "KeptMail",
    "MembershipCopy",
    "MergeCopy",
    "MergedChoice",
    "MergedRow",
    "Notification",
    "OrganisationCopy",
    "OrganisationRules",
    "PostCopy",
    "Preference",
    "PushKey",
    "Recipient",
    "ReminderMark",
    "RetentionRun",
    "SegmentCopy",
    "SegmentMemberCopy",
    "SentCode",
    "Suppression",
    "Template",
    "TemplateVersion",
    "Transition",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookMessage",
    "WorkshopCopy",
]

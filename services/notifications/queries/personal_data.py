"""All that notifications holds about a person, as plain values."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.notifications.model import (
    Address,
    AttendanceCopy,
    Delivery,
    InboxItem,
    Notification,
    PostCopy,
    Preference,
    Recipient,
    Suppression,
)
from services.notifications.model.choices import address_key
from shared.database import plain_row
from shared.foundation.names import fold_email

LEFT_OUT = frozenset(
    {
        *("link_token", "email_key", "address_key", "idempotency_key", "facts"),
        *("sealed", "sealed_code", "address_hash"),
    }
)
"""Secrets of links and folded copies; what a mail said is in the mail."""


def sections_of(
    session: Session, person_id: UUID, email: str | None
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(section, rows). email: an address that is the person's alone."""
    key = fold_email(email) if email else None
    keys = [person_id, address_key(email)] if email else [person_id]
    sent = select(Delivery.notification_id).where(Delivery.address_key == key)
    theirs = or_(Notification.person_id == person_id, Notification.id.in_(sent))
    told = select(Notification.id).where(theirs)
    queries: dict[str, Any] = {
        "recipients": select(Recipient).where(Recipient.id == person_id),
        "inbox": select(InboxItem).where(InboxItem.person_id == person_id),
        "notifications": select(Notification).where(theirs),
        "deliveries": select(Delivery).where(Delivery.notification_id.in_(told)),
        "attendances": select(AttendanceCopy).where(
            or_(AttendanceCopy.person_id == person_id, AttendanceCopy.email_key == key)
        ),
        "posts": select(PostCopy).where(PostCopy.person_id == person_id),
        "channel_addresses": select(Address).where(Address.person_id == person_id),
        "preferences": select(Preference).where(Preference.id.in_(keys)),
        "suppressions": select(Suppression).where(Suppression.email_key == key),
    }
    for section, query in queries.items():
        yield section, [plain_row(each, LEFT_OUT) for each in session.scalars(query)]

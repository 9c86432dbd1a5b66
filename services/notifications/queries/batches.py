"""Batches of announcements: whom the next one is for."""

from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from services.notifications.model import (
    Announcement,
    AnnouncementRecipient,
    AttendanceCopy,
    Recipient,
)
from services.notifications.model.copies import ERASED_DOMAIN
from shared.foundation.names import PersonName, display_name

COLUMNS: Final = (
    AnnouncementRecipient.number,
    AnnouncementRecipient.notification_id,
    Recipient.id.label("known_id"),
    Recipient.names,
    Recipient.email,
    Recipient.locale,
    Recipient.has_account,
    AttendanceCopy.name.label("guest_name"),
    AttendanceCopy.email.label("guest_email"),
    AttendanceCopy.locale.label("guest_locale"),
    AttendanceCopy.person_id.label("guest_person_id"),
)


def next_people(session: Session, announcement: Announcement, size: int) -> list[dict[str, Any]]:
    """Whom the next batch is for, as they are now, in the order of their numbers."""
    # Columns: the ORM would make three objects for each, for a moment.
    query = (
        select(*COLUMNS)
        .outerjoin(Recipient, Recipient.id == AnnouncementRecipient.subject_id)
        .outerjoin(AttendanceCopy, AttendanceCopy.id == AnnouncementRecipient.subject_id)
        .where(
            AnnouncementRecipient.announcement_id == announcement.id,
            AnnouncementRecipient.number > announcement.done_number,
            AnnouncementRecipient.number <= announcement.done_number + size,
        )
        .order_by(AnnouncementRecipient.number)
    )
    return [_person(row) for row in session.execute(query)]


def _person(row: Row[Any]) -> dict[str, Any]:
    """Who it is now; somebody erased since the snapshot has no address any more."""
    plain: dict[str, Any] = {"number": row.number, "notification_id": row.notification_id}
    if row.guest_email is not None and not row.guest_email.endswith(ERASED_DOMAIN):
        found = {"name": row.guest_name, "email": row.guest_email, "locale": row.guest_locale}
        return plain | found | {"person_id": row.guest_person_id, "has_account": False}
    if row.known_id is None:
        nobody = {"name": "", "email": "", "locale": "en"}
        return plain | nobody | {"person_id": None, "has_account": False}
    return plain | {
        "name": display_name([PersonName(**name) for name in row.names], row.locale),
        "email": row.email or "",
        "locale": row.locale,
        "person_id": row.known_id,
        "has_account": row.has_account,
    }

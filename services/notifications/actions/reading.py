"""Reading the inbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from services.notifications.model import InboxItem


def read_item(item: InboxItem, *, now: datetime) -> InboxItem:
    """It was read, the first time that this is said."""
    item.read_at = item.read_at or now
    return item


def read_all(session: Session, person_id: UUID, *, now: datetime) -> int:
    """All of the person's items are read. Answers how many became so."""
    done = session.execute(
        update(InboxItem)
        .where(InboxItem.person_id == person_id, InboxItem.read_at.is_(None))
        .values(read_at=now)
    )
    return done.rowcount if isinstance(done, CursorResult) else 0

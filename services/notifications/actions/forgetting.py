"""Forgetting a person: what was sent to them stays counted, without them."""

from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from services.notifications.model import (
    AttendanceCopy,
    Delivery,
    InboxItem,
    KeptMail,
    Notification,
    SegmentMemberCopy,
)
from shared.foundation.names import fold_email

FORGOTTEN: Final = "erased"
NOWHERE: Final = "erased@erased.invalid"


def forget_person(session: Session, person_id: UUID, email: str | None) -> None:
    """Take the person's name, address and texts out of everything; open mails are cancelled."""
    email_key = fold_email(email) if email else ""
    addressed = select(Delivery.notification_id).where(Delivery.address_key == email_key)
    theirs = or_(Notification.person_id == person_id, Notification.id.in_(addressed))
    ids = list(session.scalars(select(Notification.id).where(theirs)))
    session.execute(delete(SegmentMemberCopy).where(SegmentMemberCopy.member_id == person_id))
    session.execute(delete(InboxItem).where(InboxItem.person_id == person_id))
    session.execute(delete(KeptMail).where(KeptMail.to_key == email_key))
    session.execute(
        update(Delivery)
        .where(Delivery.notification_id.in_(ids), Delivery.state.in_(("queued", "claimed")))
        .values(state="cancelled", reason=FORGOTTEN)
    )
    session.execute(
        update(Delivery)
        .where(Delivery.notification_id.in_(ids))
        .values(address=NOWHERE, address_key=NOWHERE)
    )
    session.execute(
        update(Notification)
        .where(Notification.id.in_(ids))
        .values(name=FORGOTTEN, facts={}, person_id=None)
    )
    attends = or_(AttendanceCopy.person_id == person_id, AttendanceCopy.email_key == email_key)
    session.execute(
        update(AttendanceCopy)
        .where(attends)
        .values(name=FORGOTTEN, email=NOWHERE, email_key=NOWHERE, state="cancelled", person_id=None)
    )

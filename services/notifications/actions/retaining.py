"""How long each kind of notifications' data is kept: with its content, then without."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.notifications.actions.hook_forgetting import forget_old_posts
from services.notifications.model import (
    Attempt,
    AttendanceCopy,
    Delivery,
    InboxItem,
    KeptMail,
    Notification,
    RetentionRun,
    WorkshopCopy,
)
from shared.foundation.sheets import as_is as _
from shared.retaining import Kind, Retention, deleting

OPEN: Final = ("held", "queued", "claimed")


def _contents(session: Session, before: datetime) -> int:
    """That somebody was told, when and how it went stays; to which address, and what, does not."""
    waiting = select(Delivery.notification_id).where(Delivery.state.in_(OPEN))
    old = select(Notification.id).where(
        Notification.created_at < before,
        Notification.facts != {},
        Notification.id.not_in(waiting),
    )
    ids = session.scalars(old).all()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        blank = {"address": "", "address_key": ""}
        session.execute(
            update(Delivery).where(Delivery.notification_id.in_(part)).values(**blank),
            execution_options={"synchronize_session": False},
        )
        session.execute(
            update(Notification).where(Notification.id.in_(part)).values(name="", facts={}),
            execution_options={"synchronize_session": False},
        )
    return len(ids)


def _attendances(session: Session, before: datetime) -> int:
    over = select(WorkshopCopy.id).where(WorkshopCopy.ends_at < before)
    gone = delete(AttendanceCopy).where(AttendanceCopy.workshop_id.in_(over))
    result: Any = session.execute(gone.execution_options(synchronize_session=False))
    return int(result.rowcount)


KINDS: Final[Sequence[Kind]] = (
    Kind(
        "mail_contents",
        365,
        _("Contents and addresses of mails"),
        _("since they were written"),
        _contents,
        least=30,
    ),
    Kind(
        "attempts",
        365,
        _("What mail servers answered"),
        _("since they answered"),
        deleting(Attempt, Attempt.at),
        least=30,
    ),
    Kind(
        "inbox_items",
        365,
        _("Messages in inboxes"),
        _("since they were read"),
        deleting(InboxItem, InboxItem.read_at),
        least=1,
    ),
    Kind(
        "attendances",
        365,
        _("Who is told of a workshop"),
        _("since the workshop ended"),
        _attendances,
        least=30,
    ),
    Kind(
        "posts",
        30,
        _("What was posted to webhooks"),
        _("since it was told"),
        forget_old_posts,
        least=7,
    ),
    Kind(
        "kept_mails",
        90,
        _("Mails on the local mailbox page"),
        _("since they were sent"),
        deleting(KeptMail, KeptMail.sent_at),
        least=1,
    ),
)
RETENTION: Final = Retention(KINDS, RetentionRun, "PLENARY_NOTIFICATIONS_KEEP_DAYS")

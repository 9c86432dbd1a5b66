"""What mail servers report back of mails that they had taken."""

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.notifications.actions.recording import move
from services.notifications.actions.suppressing import BY_ITSELF, suppress
from services.notifications.gateways.reports import Report
from services.notifications.model import Announcement, Attempt, Delivery, Notification
from services.notifications.model.announcement import ANNOUNCEMENT
from shared.contracts.notifications import DeliveryFailed
from shared.messaging.outbox import tell

OURS: Final = re.compile(r"<([0-9a-f-]{36})@plenary>")
NO_SUCH_ADDRESS: Final = frozenset(
    ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"]
)
"""RFC 3463: nothing will ever arrive there. A full mailbox or a rule (5.2.2, 5.7.1) may pass."""
COMPLAINT: Final = "Somebody reported a mail to this address as unwanted."
TAKEN: Final = ("sent", "delivered")


def take_report(session: Session, report: Report, *, now: datetime) -> bool:
    """Give it its effect; False where it is of no mail of ours. The same one twice is once.

    A bounce ends the delivery, and suppresses an address that does not exist; a complaint ends
    what can be chosen, tickets still go. Tells DeliveryFailed, AddressSuppressed.
    """
    delivery = _delivery(session, report.message_id)
    if delivery is None:
        return False
    if report.kind == "complaint":
        suppress(session, delivery.address, reason=COMPLAINT, scope="optional", now=now)
    elif report.kind == "bounced" and delivery.state in TAKEN:
        _bounce(session, delivery, report, now=now)
    elif report.kind == "delivered" and delivery.state == "sent":
        delivery.state = "delivered"
    elif report.kind != "delayed":
        return True
    attempt = {"at": now, "outcome": report.kind, "detail": report.detail}
    session.execute(insert(Attempt).values(delivery_id=delivery.id, **attempt))
    return True


def _delivery(session: Session, message_id: str) -> Delivery | None:
    found = OURS.fullmatch(message_id)
    if found is None:
        return None
    try:
        delivery_id = UUID(found[1])
    except ValueError:
        return None
    query = select(Delivery).where(Delivery.id == delivery_id, Delivery.channel == "mail")
    return session.scalars(query.with_for_update()).one_or_none()


def _bounce(session: Session, delivery: Delivery, report: Report, *, now: datetime) -> None:
    delivery.state, delivery.reason = "bounced", report.detail
    notification = session.get_one(Notification, delivery.notification_id)
    told = DeliveryFailed(
        delivery_id=delivery.id,
        about_id=notification.about_id,
        category=notification.category,
        reason=report.detail,
    )
    tell(session, told, now=now)
    _reopen_sum(session, delivery, notification, now=now)
    if report.status in NO_SUCH_ADDRESS:
        suppress(session, delivery.address, reason=report.detail, now=now)


def _reopen_sum(
    session: Session, delivery: Delivery, notification: Notification, *, now: datetime
) -> None:
    """An announcement is not complete where one of its mails came back after its end."""
    if notification.kind != ANNOUNCEMENT:
        return
    found = session.get(Announcement, notification.about_id, with_for_update=True)
    if found is None or found.state != "complete" or delivery.channel not in found.leading_channels:
        return
    move(session, found, "partly_failed", actor=BY_ITSELF, now=now)

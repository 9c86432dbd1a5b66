"""Sending once more what has failed of a workshop's mails, and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications.actions.recording import record
from services.notifications.actions.waking import wake_after_commit
from services.notifications.model import Delivery, Notification, Suppression


def resend_failed_of(session: Session, workshop_id: UUID, *, actor: str, now: datetime) -> int:
    """Queue the workshop's failed mails again; how many they are.

    Addresses that nothing is sent to any more stay as they are.
    """
    theirs = select(Notification.id).where(Notification.workshop_id == workshop_id)
    suppressed = select(Suppression.email_key).where(
        Suppression.lifted_at.is_(None),
        Suppression.expires_at.is_(None) | (Suppression.expires_at > now),
    )
    ids = session.scalars(
        update(Delivery)
        .where(Delivery.state.in_(("failed", "bounced")), Delivery.channel == "mail")
        .where(Delivery.notification_id.in_(theirs), Delivery.address_key.not_in(suppressed))
        .values(state="queued", reason="", due_at=now, tries=0)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    if ids:
        step = f"{len(ids)} mails queued again"
        record(session, "workshops", workshop_id, before=None, after=step, actor=actor, now=now)
        wake_after_commit(session)
    return len(ids)

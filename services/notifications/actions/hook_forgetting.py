"""Forgetting what was posted to webhooks: after its time, and of people who are erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from services.notifications.model import WebhookAttempt, WebhookDelivery, WebhookMessage
from shared.foundation.names import fold_email
from shared.messaging.forgetting import Forgotten


def forget_posts(session: Session, who: Forgotten, has_name: ColumnElement[bool]) -> int:
    """Blank what was or is to be posted about the person; how many. has_name: as a guest."""
    theirs: ColumnElement[bool] = WebhookMessage.person_id == who.person_id
    if who.email:
        at_address = WebhookMessage.email_key == fold_email(who.email)
        theirs = or_(theirs, and_(at_address, has_name))
    if who.email and who.owns_address:
        theirs = or_(theirs, WebhookMessage.body.contains(who.email, autoescape=True))
    ids = session.scalars(select(WebhookMessage.id).where(theirs)).all()
    deliveries = select(WebhookDelivery.id).where(WebhookDelivery.message_id.in_(ids))
    waiting = (WebhookDelivery.message_id.in_(ids), WebhookDelivery.state.in_(("queued", "missed")))
    statements = (
        update(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(deliveries)).values(answer=""),
        update(WebhookDelivery).where(*waiting).values(state="cancelled"),
        update(WebhookMessage)
        .where(WebhookMessage.id.in_(ids))
        .values(body="", person_id=None, email_key=None, name=None),
    )
    for statement in statements:
        session.execute(statement.execution_options(synchronize_session=False))
    return len(ids)


def forget_old_posts(session: Session, before: datetime) -> int:
    """What was posted, or could not be, before that moment. Answers how much."""
    old = select(WebhookMessage.id).where(WebhookMessage.created_at < before)
    deliveries = select(WebhookDelivery.id).where(WebhookDelivery.message_id.in_(old))
    for statement in (
        delete(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(deliveries)),
        delete(WebhookDelivery).where(WebhookDelivery.message_id.in_(old)),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    gone = delete(WebhookMessage).where(WebhookMessage.created_at < before)
    result: Any = session.execute(gone.execution_options(synchronize_session=False))
    return int(result.rowcount)

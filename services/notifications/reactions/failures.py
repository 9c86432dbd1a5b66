"""What is done about a mail that reached nobody."""

from typing import Final

from sqlalchemy.orm import Session

from services.notifications.actions.escalating import escalate
from shared.contracts.notifications import DeliveryFailed
from shared.messaging.inbox import Heard, Reactions


def on_delivery_failed(session: Session, message: DeliveryFailed, heard: Heard) -> None:
    """Whoever can reach the person otherwise hears of it."""
    escalate(session, message.delivery_id, message.reason, now=heard.now)


REACTIONS: Final[Reactions] = {DeliveryFailed: on_delivery_failed}

"""What is heard is offered to webhooks too, once the service itself has kept it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.notifications.actions.offering import offer
from services.notifications.queries.webhook_scopes import OFFERED
from shared.contracts.message import Message, Told
from shared.messaging.inbox import Heard, Reaction, Reactions, Together

Run = Sequence[tuple[Any, Heard]]


def _told(message: Message, heard: Heard) -> Told:
    return Told(id=heard.id, message=message, time=heard.time, traceparent=heard.traceparent)


def _nothing_else(session: Session, message: Message, heard: Heard) -> None:
    """Heard for webhooks alone."""


def _and_offer(reaction: Reaction) -> Reaction:
    def react_to_all(session: Session, run: Run) -> None:
        if isinstance(reaction, Together):
            reaction.react_to_all(session, run)
        else:
            for message, heard in run:
                reaction(session, message, heard)
        offer(session, [_told(*each) for each in run], now=run[0][1].now)

    return Together(react_to_all)


def offering(reactions: Reactions) -> Reactions:
    """The reactions, and after each of what webhooks can have its offer."""
    offered = {kind: _and_offer(reactions.get(kind, _nothing_else)) for kind in OFFERED}
    return {**reactions, **offered}

"""Offering messages to webhooks: in the transaction that hears them, so that none is lost."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from services.notifications.model import Webhook, WebhookDelivery, WebhookMessage
from services.notifications.queries.scopes import TREE
from services.notifications.queries.webhook_scopes import BEARERS, OFFERED, about, matches
from shared.contracts.message import Told, to_envelope
from shared.days import day_of
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email

MESSAGES: Final = cast(Table, WebhookMessage.__table__)
WEBHOOKS: Final = select(Webhook).where(Webhook.state != "removed")
DELIVERIES: Final = cast(Table, WebhookDelivery.__table__)


def offer(session: Session, run: Sequence[Told], *, now: datetime) -> None:
    """Queue each message for the webhooks that want it and may have it.

    For those that are disabled it is kept as missed, to be replayed.
    """
    webhooks = session.scalars(WEBHOOKS).all()
    if not webhooks:
        return
    for told in run:
        kind = type(told.message)
        wanting = [each for each in webhooks if matches(each.types, kind.type)]
        if not wanting:
            continue
        places = OFFERED[kind](session, told.message, day_of(session, now))
        above = _above(session, places) if any(each.subtree for each in wanting) else places
        chosen = [
            each for each in wanting if each.organisation_id in (above if each.subtree else places)
        ]
        queue_for(session, told, chosen, now=now)


def _above(session: Session, places: Collection[UUID]) -> set[UUID]:
    found = set[UUID]()
    for place in places:
        found |= TREE.ancestors_of(session, place)
    return found


def queue_for(
    session: Session, told: Told, webhooks: Sequence[Webhook], *, now: datetime
) -> list[UUID]:
    """Queue one message for these webhooks, once; their deliveries."""
    if not webhooks or session.get(WebhookMessage, told.id) is not None:
        return []
    whom = about(told.message)
    message = {
        "id": told.id,
        "type": type(told.message).type,
        "body": body_of(told),
        "person_id": whom.person_id,
        "email_key": fold_email(whom.email) if whom.email else None,
        "name": whom.name,
        "created_at": now,
    }
    rows = [
        {
            "id": new_id(),
            "webhook_id": each.id,
            "message_id": told.id,
            "state": "queued" if each.state == "active" else "missed",
            "due_at": now,
            "tries": 0,
            "created_at": now,
        }
        for each in webhooks
    ]
    session.execute(insert(MESSAGES), [message])
    session.execute(insert(DELIVERIES), rows)
    return [row["id"] for row in rows if isinstance(row["id"], UUID)]


def body_of(told: Told) -> str:
    """CloudEvents JSON without what would let its reader act for somebody."""
    return json.dumps(_safe(to_envelope(told)), ensure_ascii=False, separators=(",", ":"))


def _safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _safe(part) for name, part in value.items() if name not in BEARERS}
    if isinstance(value, list):
        return [_safe(part) for part in value]
    return value

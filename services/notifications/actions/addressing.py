"""Deliveries as rows: by mail and in the app, and to chats, phones and browsers beside them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.notifications.model.choices import ELSEWHERE, Choices, Plan, Wanted, plan_for
from services.notifications.queries.wishes import Wishes
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email

NO_ADDRESS: Final = "No address is known."


def delivery_row(
    notification_id: UUID, channel: str, address: str, *, now: datetime
) -> dict[str, Any]:
    """A delivery that is queued now, as its table has it."""
    delivery_id = new_id()
    return {
        "id": delivery_id,
        "notification_id": notification_id,
        "channel": channel,
        "address": address,
        "address_key": fold_email(address),
        "state": "queued",
        "priority": 0,
        "due_at": now,
        "lease_until": None,
        "tries": 0,
        "message_id": f"<{delivery_id}@plenary>",
        "sent_at": None,
        "reason": "",
        "created_at": now,
    }


def reach_key(channel: str, person_id: UUID) -> str:
    """The address key of what goes elsewhere: what is told to one person goes in order."""
    return f"{channel}:{person_id}"


def rows_elsewhere(
    told: tuple[UUID, UUID | None, str],
    wishes: Wishes,
    choices: Choices,
    defaults: Wanted,
    *,
    now: datetime,
    among: Sequence[str] = ELSEWHERE,
) -> list[dict[str, Any]]:
    """Deliveries to the person's chat, phone and browsers; what they chose not is left out.

    told: the notification, the person, the category.
    """
    notification_id, person_id, category = told
    rows = []
    for channel, label in wishes.reach_of(person_id).items():
        if channel not in among or person_id is None:
            continue
        plan = plan_for(category, choices, defaults, now=now, channel=channel)
        if plan.state != "opted_out":
            row = delivery_row(notification_id, channel, label, now=now)
            rows.append(row | {"address_key": reach_key(channel, person_id)} | vars(plan))
    return rows


def rows_by(
    told: tuple[UUID, UUID | None, str],
    wishes: Wishes,
    choices: Choices,
    defaults: Wanted,
    *,
    now: datetime,
    among: Sequence[str],
) -> list[dict[str, Any]]:
    """As `rows_elsewhere`, of somebody who is told by these channels alone.

    Where none comes, one row says why.
    """
    among = [channel for channel in among if channel in ELSEWHERE]
    rows = rows_elsewhere(told, wishes, choices, defaults, now=now, among=among)
    if rows or not among:
        return rows
    notification_id, person_id, category = told
    reached = [channel for channel in among if channel in wishes.reach_of(person_id)]
    channel = (reached or among)[0]
    plan = Plan("failed", now, NO_ADDRESS)
    if reached:
        plan = plan_for(category, choices, defaults, now=now, channel=channel)
    row = delivery_row(notification_id, channel, "", now=now) | vars(plan)
    return [row | {"address_key": reach_key(channel, person_id) if person_id else ""}]

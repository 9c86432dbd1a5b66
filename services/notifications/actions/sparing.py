"""Sparing nights: news of a workshop that can wait comes in its reader's morning.

What still waits when there is later news of the same workshop goes with that: who is asleep wakes
up to one mail, and to no time that does not hold any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications.actions.composing import News, tell_people
from services.notifications.actions.knowing import attendee
from services.notifications.model import (
    AttendanceCopy,
    Delivery,
    Notification,
    Preference,
    Recipient,
    WorkshopCopy,
)
from services.notifications.model.choices import NIGHT, address_key
from shared.database import is_among

SOON: Final = timedelta(hours=12)
"""News that would come later than this before the start does not wait."""
REPLACES: Final = "replaces"
"""Fact of a mail that took the place of others."""
LEFT_OUT: Final = "They take no part any more."
CHANGED_BY: Final[Mapping[str, tuple[str, ...]]] = {"workshop_rescheduled": ("starts_at",)}


@dataclass(frozen=True)
class _Waiting:
    """A delivery that waits for a morning."""

    id: UUID
    about_id: UUID
    channel: str
    kind: str
    changed: tuple[str, ...]


def latest_for(before: WorkshopCopy | None, starts_at: datetime) -> datetime:
    """Until when news of a change may wait. before: the workshop as it was."""
    is_fixed = before is not None and before.state != "postponed"
    first = min(before.starts_at, starts_at) if before and is_fixed else starts_at
    return first - SOON


def tell_roster(
    session: Session,
    news: News,
    people: Sequence[AttendanceCopy],
    workshop: WorkshopCopy,
    *,
    now: datetime,
) -> None:
    """Tell all of a workshop's people what became of it; what of that still waits goes with it."""
    waiting = _waiting(session, workshop.id)
    replaced = {each.about_id for each in waiting}
    if waiting:
        news = _with_changes(news, waiting)
    zones = _zones(session, people) if news.spares_until is not None else {}
    telling = []
    for each in people:
        addressee = replace(attendee(each), time_zone=zones.get(each.id) or workshop.time_zone)
        facts = {**news.facts, REPLACES: True} if each.id in replaced else news.facts
        telling.append((replace(news, facts=facts), addressee))
    tell_people(session, telling, now=now)
    if waiting:
        _replace(session, waiting, news.message_id)


def _waiting(session: Session, workshop_id: UUID) -> list[_Waiting]:
    query = (
        select(
            Delivery.id,
            Notification.about_id,
            Delivery.channel,
            Notification.kind,
            Notification.facts,
        )
        .join(Delivery.notification)
        .where(
            Notification.workshop_id == workshop_id,
            Delivery.state == "held",
            Delivery.reason == NIGHT,
            Delivery.digest_id.is_(None),
        )
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )
    return [
        _Waiting(
            id=row.id,
            about_id=row.about_id,
            channel=row.channel,
            kind=row.kind,
            changed=tuple(row.facts.get("changed") or ()),
        )
        for row in session.execute(query)
    ]


def _with_changes(news: News, waiting: Sequence[_Waiting]) -> News:
    """The same news, of all that has changed since people were told last."""
    changed = list(news.facts.get("changed") or ())
    for each in waiting:
        changed += (*each.changed, *CHANGED_BY.get(each.kind, ()))
    return replace(news, facts={**news.facts, "changed": list(dict.fromkeys(changed))})


def _zones(session: Session, people: Sequence[AttendanceCopy]) -> dict[UUID, str | None]:
    """Their registration or nomination → the time zone that they chose, or their account's."""
    keys = {each.id: each.person_id or address_key(each.email) for each in people}
    found: dict[UUID, str | None] = {}
    for table in (Recipient, Preference):
        query = select(table.id, table.time_zone).where(
            is_among(session, table.id, set(keys.values())), table.time_zone.is_not(None)
        )
        found |= {row.id: row.time_zone for row in session.execute(query)}
    return {about_id: found.get(key) for about_id, key in keys.items()}


def _replace(session: Session, waiting: Sequence[_Waiting], message_id: UUID) -> None:
    """What waited ends as the later news does; of whoever was left out of that, it is cancelled."""
    keys = {f"{message_id}:{each.about_id}" for each in waiting}
    query = (
        select(Notification.about_id, Delivery.channel, Delivery.id, Delivery.state)
        .join(Delivery.notification)
        .where(is_among(session, Notification.idempotency_key, keys))
    )
    later = {(row.about_id, row.channel): row for row in session.execute(query)}
    for each in waiting:
        found = later.get((each.about_id, each.channel))
        values: dict[str, Any] = {"state": "cancelled", "reason": LEFT_OUT}
        if found is not None and found.state in ("held", "queued"):
            values = {"digest_id": found.id}
        elif found is not None:
            values = {"state": found.state}
        session.execute(update(Delivery).where(Delivery.id == each.id).values(**values))

"""Sending announcements: batch by batch, each whole or not at all, so that a kill skips nobody.

Batches are made as mails go out, no more than some ahead, and announcements take turns: a large
one delays neither the others nor, by its lower priority, any ticket.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, aliased

from services.notifications.actions.addressing import (
    NO_ADDRESS,
    delivery_row,
    rows_by,
    rows_elsewhere,
)
from services.notifications.actions.lettering import fill, letter_in
from services.notifications.actions.letters import values_for, values_of
from services.notifications.actions.recording import move
from services.notifications.actions.snapshotting import TIMER, take_snapshot
from services.notifications.actions.waking import wake_after_commit
from services.notifications.model import (
    Announcement,
    AnnouncementRecipient,
    Delivery,
    InboxItem,
    Notification,
    OrganisationRules,
)
from services.notifications.model.announcement import ANNOUNCEMENT
from services.notifications.model.choices import Plan, is_wanted, plan_for
from services.notifications.queries.batches import next_people
from services.notifications.queries.wishes import Wishes, wishes_of
from shared.database import is_among
from shared.foundation.ids import new_id
from shared.foundation.kill_points import kill_point
from shared.inserting import insert_many

BATCH: Final = 500
AHEAD: Final = 2000
"""Mails of one announcement that may wait for a mailer, about: one in SAMPLE is asked."""
SAMPLE: Final = 25
TURN: Final = timedelta(milliseconds=200)
LAST_LOOK: Final = timedelta(seconds=2)
BULK: Final = 10
"""Priority of announcements; 0 is a ticket's."""
NO_ACCOUNT: Final = "They have no account to read it in."
WAITING: Final = ("queued", "claimed")
NOTIFICATIONS: Final = cast(Table, Notification.__table__)
DELIVERIES: Final = cast(Table, Delivery.__table__)
ITEMS: Final = cast(Table, InboxItem.__table__)


def advance(session: Session, *, now: datetime) -> bool:
    """Take one step with the announcement whose turn it is: its snapshot, a batch, or its end.

    Answers whether there was one.
    """
    found = _next(session, now=now)
    if found is None:
        return False
    if found.state == "approved":
        move(session, found, "snapshotting", actor=TIMER, now=now)
    elif found.state == "snapshotting":
        take_snapshot(session, found, now=now)
    elif found.done_number >= found.people:
        _finish(session, found, now=now)
    elif _waiting(session, found) >= AHEAD:
        found.next_at = now + TURN
    else:
        _compose(session, found, now=now)
    kill_point("announcer.before_commit")
    return True


def _next(session: Session, *, now: datetime) -> Announcement | None:
    """The one that waits longest; of one organisation only the first that is not throttled."""
    first, rules = aliased(Announcement), aliased(OrganisationRules)
    before = (
        select(first.id)
        .outerjoin(rules, rules.id == first.organisation_id)
        .where(
            first.organisation_id == Announcement.organisation_id,
            first.state == "sending",
            first.done_number < first.people,
            first.id < Announcement.id,
            rules.mails_per_minute.is_(None),
        )
    )
    query = (
        select(Announcement)
        .where(
            Announcement.state.in_(("approved", "snapshotting", "sending")),
            Announcement.next_at <= now,
            (Announcement.state != "sending")
            | (Announcement.done_number >= Announcement.people)
            | ~before.exists(),
        )
        .order_by(Announcement.next_at, Announcement.done_number)
        .limit(1)
        .with_for_update(of=Announcement, skip_locked=True)
    )
    return session.scalars(query).one_or_none()


def _waiting(session: Session, announcement: Announcement) -> int:
    """About how many of its latest mails no mailer has taken yet.

    Not by a join: tables that grow so fast have no statistics, and it went over all mails that
    wait for each of these, for a second.
    """
    some = select(AnnouncementRecipient.notification_id).where(
        AnnouncementRecipient.announcement_id == announcement.id,
        AnnouncementRecipient.number > announcement.done_number - AHEAD - BATCH,
        AnnouncementRecipient.number <= announcement.done_number,
        AnnouncementRecipient.number % SAMPLE == 0,
    )
    query = select(func.count()).where(
        is_among(session, Delivery.notification_id, session.scalars(some).all()),
        Delivery.channel != "inbox",
        Delivery.state.in_(WAITING),
    )
    return SAMPLE * (session.scalar(query) or 0)


def _finish(session: Session, announcement: Announcement, *, now: datetime) -> None:
    """It is complete, or partly failed, once nothing of it is on its way or held."""
    mails = (
        select(Delivery.id)
        .join(
            AnnouncementRecipient,
            AnnouncementRecipient.notification_id == Delivery.notification_id,
        )
        .where(AnnouncementRecipient.announcement_id == announcement.id)
    )
    if session.scalar(mails.where(Delivery.state.in_((*WAITING, "held"))).limit(1)) is not None:
        announcement.next_at = now + LAST_LOOK
        return
    leading = announcement.leading_channels
    lost = mails.where(Delivery.channel.in_(leading), Delivery.state.in_(("failed", "bounced")))
    state = "partly_failed" if session.scalar(lost.limit(1)) is not None else "complete"
    announcement.next_at, announcement.finished_at = None, now
    move(session, announcement, state, actor=TIMER, now=now)


def _compose(session: Session, announcement: Announcement, *, now: datetime) -> None:
    """The next batch, with the mark of how far it is, in one commit."""
    rules = session.get(OrganisationRules, announcement.organisation_id)
    per_minute = rules.mails_per_minute if rules is not None else None
    size, pause = BATCH, timedelta()
    if per_minute is not None:
        size = max(1, min(BATCH, per_minute // 10))
        pause = timedelta(minutes=size / per_minute)
    people = next_people(session, announcement, size)
    wishes = wishes_of(
        session,
        [(each["person_id"], each["email"]) for each in people],
        organisation_ids=[announcement.organisation_id],
        now=now,
    )
    values = values_of(session, announcement)
    rows = [_rows_for(announcement, each, wishes, values, now=now) for each in people]
    insert_many(session, NOTIFICATIONS, [row[0] for row in rows])
    insert_many(session, DELIVERIES, [each for row in rows for each in row[1]])
    insert_many(session, ITEMS, [row[2] for row in rows if row[2] is not None])
    announcement.done_number = min(announcement.done_number + size, announcement.people)
    announcement.next_at = now + pause
    wake_after_commit(session)


Rows = tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any] | None]


def _rows_for(
    announcement: Announcement,
    person: Mapping[str, Any],
    wishes: Wishes,
    values: Mapping[str, Mapping[str, str]],
    *,
    now: datetime,
) -> Rows:
    choices = wishes.choices_of(person["person_id"], person["email"])
    defaults = wishes.defaults_of(announcement.organisation_id)
    locale = choices.locale or person["locale"]
    told = {
        "id": person["notification_id"],
        "idempotency_key": f"{announcement.id}:{person['number']}",
        "kind": ANNOUNCEMENT,
        "category": announcement.category,
        "about_id": announcement.id,
        "workshop_id": UUID(announcement.workshop_id) if announcement.workshop_id else None,
        "host_id": announcement.organisation_id,
        "person_id": person["person_id"],
        "name": person["name"],
        "locale": locale,
        "facts": {"name": person["name"], "path": _path(announcement, person["has_account"])},
        "created_at": now,
    }
    deliveries: list[dict[str, Any]] = []
    if "mail" in announcement.channels:
        mail = delivery_row(told["id"], "mail", person["email"], now=now)
        plan = plan_for(announcement.category, choices, defaults, now=now)
        if not person["email"]:
            plan = Plan("failed", now, NO_ADDRESS)
        elif reason := wishes.refusal_of(mail["address_key"], announcement.category):
            plan = Plan("suppressed", now, reason)
        deliveries.append(mail | vars(plan))
    item = None
    if "inbox" in announcement.channels and (person["has_account"] or not deliveries):
        in_app = delivery_row(told["id"], "inbox", str(person["person_id"] or ""), now=now)
        refusal = is_wanted(announcement.category, "inbox", choices, defaults)
        if not person["has_account"]:
            in_app |= {"state": "failed", "reason": NO_ACCOUNT}
        elif refusal:
            in_app |= {"state": "opted_out", "reason": refusal}
        else:
            in_app |= {"state": "delivered", "sent_at": now}
            item = _item(announcement, person, told, values, now=now)
        deliveries.append(in_app)
    where, named = (told["id"], person["person_id"], announcement.category), announcement.channels
    rows = rows_elsewhere if deliveries else rows_by
    deliveries += rows(where, wishes, choices, defaults, now=now, among=named)
    return told, [each | {"priority": BULK} for each in deliveries], item


def _path(announcement: Announcement, has_account: bool) -> str:
    if announcement.workshop_id:
        return f"/events/workshops/{announcement.workshop_id}"
    return "/notifications/inbox" if has_account else ""


def _item(
    announcement: Announcement,
    person: Mapping[str, Any],
    told: Mapping[str, Any],
    values: Mapping[str, Mapping[str, str]],
    *,
    now: datetime,
) -> dict[str, Any]:
    letter = letter_in(announcement.subject, announcement.body, told["locale"])
    own = values_for(values, told["locale"], person["name"])
    filled = fill(letter, own)
    return {
        "id": new_id(),
        "notification_id": told["id"],
        "person_id": person["person_id"],
        "subject": filled.subject,
        "body": filled.text,
        "path": told["facts"]["path"],
        "created_at": now,
        "read_at": None,
    }

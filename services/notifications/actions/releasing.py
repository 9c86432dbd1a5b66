"""Releasing what quiet hours, nights and digests hold, when its time has come."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, exists, insert, select, update
from sqlalchemy.orm import Session, aliased, contains_eager

from services.notifications.actions.addressing import delivery_row
from services.notifications.actions.composing import plain_facts, read_facts
from services.notifications.actions.copying import TOLD_OF_CHANGES
from services.notifications.actions.letters import facts_of_letters
from services.notifications.actions.sparing import LEFT_OUT
from services.notifications.actions.waking import wake_after_commit
from services.notifications.actions.wording import words_for
from services.notifications.model import (
    Announcement,
    Attempt,
    AttendanceCopy,
    Delivery,
    Notification,
)
from services.notifications.model.choices import (
    FOR_DIGEST,
    MANDATORY,
    NIGHT,
    QUIET,
    Plan,
    plan_for,
)
from services.notifications.queries.wishes import wishes_of
from shared.database import is_among
from shared.foundation.ids import new_id

ADDRESSES: Final = 200
DIGEST: Final = "digest"
HELD_BY_WISH: Final = (FOR_DIGEST, QUIET, NIGHT)
NOTIFICATIONS: Final = cast(Table, Notification.__table__)
DELIVERIES: Final = cast(Table, Delivery.__table__)
Recipient = tuple[UUID | None, str]


def release_due(session: Session, *, now: datetime) -> int:
    """Queue what was held until now, or hold it on as its reader has chosen since.

    What is due for a digest becomes one mail. Answers how many were looked at: up to the mails of
    200 addresses.
    """
    due = _due(session, now=now)
    if not due:
        return 0
    digests = defaultdict[Recipient, list[Delivery]](list)
    for delivery, is_for_digest in _planned(session, due, now=now):
        if is_for_digest:
            digests[delivery.notification.person_id, delivery.address_key].append(delivery)
    for held in digests.values():
        _digest(session, held, now=now)
    session.flush()
    wake_after_commit(session)
    return len(due)


def _due(session: Session, *, now: datetime) -> Sequence[Delivery]:
    """All that is due to some addresses, so that a digest has all of its items."""
    is_due = (
        Delivery.state == "held",
        Delivery.due_at <= now,
        Delivery.digest_id.is_(None),
        Delivery.reason.in_(HELD_BY_WISH),
        ~_is_paused(),
    )
    first = select(Delivery.address_key).where(*is_due).order_by(Delivery.due_at).limit(ADDRESSES)
    keys = set(session.scalars(first))
    if not keys:
        return ()
    query = (
        select(Delivery)
        .join(Delivery.notification)
        .options(contains_eager(Delivery.notification))
        .where(*is_due, is_among(session, Delivery.address_key, keys))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    return session.scalars(query).all()


def _is_paused() -> ColumnElement[bool]:
    """Whether it is of an announcement that waits for somebody to resume it."""
    told = aliased(Notification)
    return exists().where(
        told.id == Delivery.notification_id,
        Announcement.id == told.about_id,
        Announcement.state == "paused",
    )


def _planned(
    session: Session, due: Sequence[Delivery], *, now: datetime
) -> Sequence[tuple[Delivery, bool]]:
    """Each with its state by what is chosen now, and whether it goes into a digest."""
    told = [each.notification for each in due]
    wishes = wishes_of(
        session,
        [(each.notification.person_id, each.address) for each in due],
        organisation_ids={each.host_id for each in told if each.host_id},
        now=now,
    )
    planned, left = [], _who_left(session, due)
    for each in due:
        told_of = each.notification
        choices = wishes.choices_of(told_of.person_id, each.address)
        defaults = wishes.defaults_of(told_of.host_id)
        plan = plan_for(told_of.category, choices, defaults, now=now, channel=each.channel)
        suppressed = wishes.refusal_of(each.address_key, told_of.category)
        if suppressed:
            plan = Plan("suppressed", now, suppressed)
        if each.id in left:
            plan = Plan("cancelled", now, LEFT_OUT)
        is_for_digest = each.reason == FOR_DIGEST and plan.reason == FOR_DIGEST
        if not is_for_digest:
            each.state, each.due_at, each.reason = plan.state, plan.due_at, plan.reason
        elif choices.quiet_until(now):
            each.due_at, is_for_digest = plan.due_at, False
        planned.append((each, is_for_digest))
    return planned


def _who_left(session: Session, due: Sequence[Delivery]) -> set[UUID]:
    """Of what waited for a morning: those whose reader has cancelled in the night."""
    waited = {each.notification.about_id: each for each in due if each.reason == NIGHT}
    if not waited:
        return set()
    stay = select(AttendanceCopy.id).where(
        is_among(session, AttendanceCopy.id, set(waited)),
        AttendanceCopy.state.in_(TOLD_OF_CHANGES),
    )
    gone = set(waited) - set(session.scalars(stay))
    return {each.id for each in due if each.reason == NIGHT and each.notification.about_id in gone}


def _digest(session: Session, held: Sequence[Delivery], *, now: datetime) -> None:
    """One mail of all; a single one goes as it is."""
    if len(held) == 1:
        held[0].state, held[0].due_at, held[0].reason = "queued", now, ""
        return
    told = [each.notification for each in held]
    letters = facts_of_letters(session, {each.about_id for each in told})
    notification_id, first = new_id(), told[0]
    mail = delivery_row(notification_id, held[0].channel, held[0].address, now=now)
    mail["address_key"] = held[0].address_key
    categories = sorted({each.category for each in told} - set(MANDATORY))
    facts = {
        "name": first.name,
        "path": "/notifications/inbox" if first.person_id else "",
        "items": [_item(each, letters.get(each.about_id)) for each in told],
        "categories": categories,
    }
    row = {
        "id": notification_id,
        "idempotency_key": f"{DIGEST}:{held[0].id}",
        "kind": DIGEST,
        "category": categories[0],
        "about_id": notification_id,
        "workshop_id": None,
        "host_id": first.host_id if len({each.host_id for each in told}) == 1 else None,
        "person_id": first.person_id,
        "name": first.name,
        "locale": first.locale,
        "facts": plain_facts(facts),
        "created_at": now,
    }
    session.execute(insert(NOTIFICATIONS), [row])
    session.execute(insert(DELIVERIES), [mail])
    for each in held:
        each.digest_id = mail["id"]


def _item(told: Notification, letter: dict[str, Any] | None) -> dict[str, str]:
    facts = read_facts(told.facts) | ({"letter": letter} if letter else {})
    words = words_for(told.kind, facts, locale=told.locale, link=str(facts.get("path", "")))
    return {"subject": words.subject, "text": "\n\n".join(words.paragraphs[1:])}


def follow_digest(
    session: Session, digest_id: UUID, state: str, *, reason: str, now: datetime
) -> None:
    """What is in the digest, or was replaced by the mail, ends as it did."""
    values: dict[str, Any] = {"state": state, "reason": reason}
    if state == "sent":
        values |= {"sent_at": now}
    ids = session.scalars(
        update(Delivery)
        .where(Delivery.digest_id == digest_id, Delivery.state.in_(("held", "failed", "bounced")))
        .values(**values)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    attempt = {"at": now, "outcome": state, "detail": f"in the mail {digest_id}"}
    if ids:
        session.execute(insert(Attempt), [attempt | {"delivery_id": each} for each in ids])

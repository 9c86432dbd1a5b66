"""Posting to webhooks: one worker at a time has one, posts what is due, and keeps the results."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.failures import NotKnownYet
from services.notifications.actions.hooking import disable, secrets_of
from services.notifications.actions.knowing import addressees_of
from services.notifications.actions.webhook_signatures import signed_headers
from services.notifications.gateways.posting import Posted
from services.notifications.model import (
    OrganisationCopy,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from shared.foundation.failures import Unavailable
from shared.foundation.ids import new_id

LEASE: Final = timedelta(seconds=120)
"""Longer than one turn: 30 s of posts and the last one's 15 s, with the finding of a name."""
AT_ONCE: Final = 20
BACKOFF: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(10, 60, 300, 1800, 2 * 3600, 6 * 3600, 12 * 3600),
        *(24 * 3600,) * 5,
    )
)
"""Nearly six days in all, so that an address that is dead for five is disabled by its last."""
JITTER: Final = 0.2
LONGEST_RETRY_AFTER: Final = timedelta(days=1)
DEAD_AFTER: Final = timedelta(days=5)
LONGEST_PAUSE: Final = timedelta(minutes=10)
GONE: Final = 410
TIMER: Final = "timer"
DEAD: Final = "Every post for five days failed."
UNREADABLE: Final = "Its secret can't be read any more; give it a new one."
WANTS_NO_MORE: Final = "It answered that it is gone (410)."


@dataclass(frozen=True)
class Post:
    """One delivery as it is posted."""

    delivery_id: UUID
    message_id: UUID
    body: bytes
    tries: int


@dataclass(frozen=True)
class Turn:
    """One webhook that this process has until its lease ends. until: the lease, as a receipt."""

    webhook_id: UUID
    url: str
    secrets: tuple[str, ...]
    until: datetime
    posts: tuple[Post, ...]

    def headers_of(self, post: Post, *, now: datetime) -> Mapping[str, str]:
        """Signed for this instant."""
        return signed_headers(self.secrets, post.message_id, post.body, now=now)


def take_turn(session: Session, *, secret_key: str, now: datetime) -> Turn | None:
    """The webhook that has waited longest and has something due, with what is due."""
    due = exists().where(
        WebhookDelivery.webhook_id == Webhook.id,
        WebhookDelivery.state == "queued",
        WebhookDelivery.due_at <= now,
    )
    found = session.scalars(
        select(Webhook)
        .where(
            Webhook.state == "active",
            Webhook.next_at <= now,
            or_(Webhook.lease_until.is_(None), Webhook.lease_until <= now),
            due,
        )
        .order_by(Webhook.served_at)
        .limit(1)
        .with_for_update(of=Webhook, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    found.served_at = now
    try:
        known = tuple(secrets_of(found, secret_key=secret_key, now=now))
    except Unavailable:
        disable(session, found, why=UNREADABLE, actor=TIMER, now=now)
        return None
    found.lease_until = now + LEASE
    # A webhook that fails is tried with one message until it answers.
    limit = AT_ONCE if found.failing_since is None else 1
    queued = session.scalars(
        select(WebhookDelivery)
        .join(WebhookDelivery.message)
        .options(contains_eager(WebhookDelivery.message))
        .where(
            WebhookDelivery.webhook_id == found.id,
            WebhookDelivery.state == "queued",
            WebhookDelivery.due_at <= now,
        )
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(limit)
    )
    posts = tuple(
        Post(each.id, each.message_id, each.message.body.encode(), each.tries) for each in queued
    )
    return Turn(found.id, found.url, known, found.lease_until, posts)


def end_turn(session: Session, turn: Turn) -> None:
    """Let others have the webhook."""
    session.execute(
        update(Webhook)
        .where(Webhook.id == turn.webhook_id, Webhook.lease_until == turn.until)
        .values(lease_until=None)
        .execution_options(synchronize_session=False)
    )


def keep_post(session: Session, turn: Turn, post: Post, result: Posted, *, now: datetime) -> None:
    """Write what came of a post, and when the next try is; a dead webhook is disabled."""
    webhook = session.get_one(Webhook, turn.webhook_id, with_for_update=True)
    delivery = session.get_one(WebhookDelivery, post.delivery_id)
    session.execute(
        insert(WebhookAttempt).values(
            webhook_id=webhook.id,
            delivery_id=delivery.id,
            at=now,
            outcome="sent" if result.is_success else "failed",
            status=result.status,
            duration_ms=result.duration_ms,
            answer=result.answer,
            detail=result.detail,
        )
    )
    delivery.tries = post.tries + 1
    if result.is_success:
        delivery.state = "sent"
        webhook.failing_since, webhook.failures, webhook.next_at = None, 0, now
    elif delivery.state == "queued":
        _put_off(webhook, delivery, result, now=now)
        session.flush()
        _disable_if_dead(session, webhook, result, now=now)
    session.flush()


def _put_off(webhook: Webhook, delivery: WebhookDelivery, result: Posted, *, now: datetime) -> None:
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    pause = min(timedelta(seconds=5 * 2 ** min(webhook.failures, 8)), LONGEST_PAUSE)
    webhook.next_at = now + pause
    if delivery.tries > len(BACKOFF):
        delivery.state = "failed"
        return
    asked = min(timedelta(seconds=result.retry_after_seconds), LONGEST_RETRY_AFTER)
    wait = BACKOFF[delivery.tries - 1] * (1 + random.uniform(0, JITTER))
    delivery.due_at = now + max(wait, asked)


def _disable_if_dead(session: Session, webhook: Webhook, result: Posted, *, now: datetime) -> None:
    is_dead = webhook.failing_since is not None and now - webhook.failing_since >= DEAD_AFTER
    if webhook.state != "active" or not (is_dead or result.status == GONE):
        return
    why = WANTS_NO_MORE if result.status == GONE else DEAD
    disable(session, webhook, why=why, actor=TIMER, now=now)
    _tell_owner(session, webhook, now=now)


def _tell_owner(session: Session, webhook: Webhook, *, now: datetime) -> None:
    path = f"/notifications/webhooks/{webhook.id}"
    try:
        owners: list[Addressee] = addressees_of(session, [webhook.owner_id], path=path)
    except NotKnownYet:
        return
    organisation = session.get(OrganisationCopy, webhook.organisation_id)
    news = News(
        kind="webhook_disabled",
        message_id=new_id(),
        facts={
            "organisation_names": dict(organisation.names) if organisation is not None else {},
            "address": webhook.url,
            "until": now,
        },
        host_id=webhook.organisation_id,
    )
    tell_people(session, [(news, each) for each in owners], now=now)

"""Making notifications of what happened, with a delivery for each channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from services.notifications.actions.addressing import delivery_row, rows_elsewhere
from services.notifications.actions.using_own_words import OwnTexts, own_words_for
from services.notifications.actions.waking import wake_after_commit
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, InboxItem, Notification
from services.notifications.model.choices import (
    MANDATORY,
    Choices,
    Plan,
    is_wanted,
    plan_for,
    plan_for_morning,
)
from services.notifications.model.copies import ERASED_DOMAIN
from services.notifications.queries.wishes import Wishes, wishes_of
from shared.foundation.ids import new_id
from shared.inserting import insert_many

NOTICES: Final = (
    *("submitted", "returned", "approved", "rejected", "suspended", "reinstated", "resigned"),
    *("expelled", "renewed", "ending", "in_grace", "lapsed"),
)
"""Of what becomes of a membership."""
CATEGORY_OF: Final[Mapping[str, str]] = {
    "sign_up_requested": "account",
    "sign_in_link_requested": "account",
    "password_reset_requested": "account",
    "invitation_sent": "account",
    "sign_in_changed": "account",
    "data_export_ready": "account",
    "webhook_disabled": "account",
    **dict.fromkeys(
        (
            *("reminder_start", "reminder_confirm", "seats_unused", "workshop_invitation_due"),
            *("recommendation_due", "recommendation_moved", "reviews_due", "demand_reminder"),
            *("survey_before", "survey_after", "referral_late", "referral_overdue"),
        ),
        "deadline",
    ),
    **dict.fromkeys((f"membership_{notice}" for notice in NOTICES), "membership"),
    "stand_in_named": "membership",
    "provider_approved": "membership",
    "provider_removed": "membership",
}
SHORT_LIVED: Final = "account"
DEADLINE: Final = "deadline"
BATCH: Final = 500
# Their tables and not their classes: the ORM would look at every row.
NOTIFICATIONS: Final = cast(Table, Notification.__table__)
DELIVERIES: Final = cast(Table, Delivery.__table__)
ITEMS: Final = cast(Table, InboxItem.__table__)


@dataclass(frozen=True, kw_only=True)
class News:
    """What is told. message_id: of what was heard; it is told to the same person once.

    kind: the mail's name. facts: what its texts need, the same for all who are told.
    spares_until: it waits where its reader has night, but no longer than this; None: it doesn't.
    """

    kind: str
    message_id: UUID
    facts: Mapping[str, Any]
    workshop_id: UUID | None = None
    host_id: UUID | None = None
    spares_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Who is told. about_id: their registration, nomination or request. path: of the link.

    part: that they take in the workshop, as calendars have it; "" for none. time_zone: where
    their nights are, for news that spares them, and their clocks, for news of no place.
    """

    about_id: UUID
    name: str
    email: str
    locale: str
    path: str
    person_id: UUID | None = None
    part: str | None = None
    time_zone: str = "UTC"


def tell_people(
    session: Session, telling: Sequence[tuple[News, Addressee]], *, now: datetime
) -> None:
    """One notification each, by mail, and in the app for those with an account.

    Each by what they chose: left out, held, in their language. Whoever was erased is told nothing.
    """
    telling = [each for each in telling if not each[1].email.endswith(ERASED_DOMAIN)]
    if not telling:
        return
    for start in range(0, len(telling), BATCH):
        batch = telling[start : start + BATCH]
        wishes = wishes_of(
            session,
            [(each.person_id, each.email) for _, each in batch],
            organisation_ids=_telling_organisations(batch),
            now=now,
        )
        in_app = {(news.host_id, news.kind) for news, each in batch if each.person_id}
        own = own_words_for(session, in_app)
        rows = [_rows_for(news, each, wishes, own, now=now) for news, each in batch]
        insert_many(session, NOTIFICATIONS, [row.notification for row in rows])
        insert_many(session, DELIVERIES, [each for row in rows for each in row.deliveries])
        insert_many(session, ITEMS, [row.inbox_item for row in rows if row.inbox_item])
    wake_after_commit(session)


@dataclass(frozen=True)
class _Rows:
    notification: dict[str, Any]
    deliveries: list[dict[str, Any]]
    inbox_item: dict[str, Any] | None


def plain_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as JSON keeps them: instants as text, ids as text."""
    plain: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
        elif isinstance(value, UUID):
            plain[name] = str(value)
        elif isinstance(value, Mapping):
            plain[name] = dict(value)
        else:
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def read_facts(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What `plain_facts` kept, with its instants."""
    facts = dict(plain)
    for name in ("starts_at", "ends_at", "until"):
        if facts.get(name):
            facts[name] = datetime.fromisoformat(facts[name])
    return facts


def category_of(kind: str) -> str:
    """What people choose by."""
    return CATEGORY_OF.get(kind, "workshop")


def _telling_organisations(batch: Sequence[tuple[News, Addressee]]) -> set[UUID]:
    """Those whose defaults matter: of what can be chosen."""
    chosen = (news for news, _ in batch if category_of(news.kind) not in MANDATORY)
    return {news.host_id for news in chosen if news.host_id}


def _rows_for(
    news: News, each: Addressee, wishes: Wishes, own: OwnTexts, *, now: datetime
) -> _Rows:
    category = category_of(news.kind)
    choices = wishes.choices_of(each.person_id, each.email)
    defaults = wishes.defaults_of(news.host_id)
    each = replace(each, locale=choices.locale or each.locale) if choices.locale else each
    facts = {"time_zone": each.time_zone, **news.facts, "name": each.name, "path": each.path}
    if each.part is not None:
        facts["part"] = each.part
    notification_id = new_id()
    notification = {
        "id": notification_id,
        "idempotency_key": f"{news.message_id}:{each.about_id}",
        "kind": news.kind,
        "category": category,
        "about_id": each.about_id,
        "workshop_id": news.workshop_id,
        "host_id": news.host_id,
        "person_id": each.person_id,
        "name": each.name,
        "locale": each.locale,
        "facts": plain_facts(facts),
        "created_at": now,
    }
    mail = delivery_row(notification_id, "mail", each.email, now=now)
    suppressed = wishes.refusal_of(mail["address_key"], category)
    if suppressed and category != SHORT_LIVED:
        mail |= {"state": "suppressed", "reason": suppressed}
    else:
        plan = plan_for(category, choices, defaults, now=now)
        mail |= vars(_in_time(plan, category, facts, now=now))
    deliveries, item = [mail], None
    if each.person_id is not None and category != SHORT_LIVED:
        in_app = delivery_row(notification_id, "inbox", str(each.person_id), now=now)
        refusal = is_wanted(category, "inbox", choices, defaults)
        if refusal:
            deliveries.append(in_app | {"state": "opted_out", "reason": refusal})
        else:
            deliveries.append(in_app | {"state": "delivered", "sent_at": now})
            words = own.get((news.host_id, news.kind))
            shown = facts | {"own_words": words} if words else facts
            item = _inbox_item(news.kind, each, shown, notification_id, now=now)
    if category != SHORT_LIVED:
        told = (notification_id, each.person_id, category)
        deliveries += rows_elsewhere(told, wishes, choices, defaults, now=now)
    if news.spares_until is not None:
        _spare(deliveries, each, choices, latest=news.spares_until, now=now)
    return _Rows(notification, deliveries, item)


def _spare(
    deliveries: Sequence[dict[str, Any]],
    each: Addressee,
    choices: Choices,
    *,
    latest: datetime,
    now: datetime,
) -> None:
    plan = plan_for_morning(choices, each.time_zone, latest=latest, now=now)
    for row in deliveries:
        if row["state"] == "queued":
            row.update(vars(plan))


def _in_time(plan: Plan, category: str, facts: Mapping[str, Any], *, now: datetime) -> Plan:
    """A reminder is not held beyond what it reminds of: then it comes at once."""
    moment = facts.get("until") or facts.get("starts_at")
    is_late = isinstance(moment, datetime) and plan.due_at >= moment
    return (
        Plan("queued", now) if plan.state == "held" and category == DEADLINE and is_late else plan
    )


def _inbox_item(
    kind: str,
    each: Addressee,
    facts: Mapping[str, Any],
    notification_id: UUID,
    *,
    now: datetime,
) -> dict[str, Any]:
    words = words_for(kind, facts, locale=each.locale, link=each.path)
    return {
        "id": new_id(),
        "notification_id": notification_id,
        "person_id": each.person_id,
        "subject": words.subject,
        "body": "\n\n".join(words.paragraphs[1:]),
        "path": each.path,
        "created_at": now,
        "read_at": None,
    }

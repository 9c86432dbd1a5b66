"""Making notifications of what happened, with a delivery for each channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from services.notifications.actions.waking import wake_after_commit
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, InboxItem, Notification, Suppression
from shared.database import is_among
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email

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
    **dict.fromkeys((f"membership_{notice}" for notice in NOTICES), "membership"),
}
SHORT_LIVED: Final = "account"
BATCH: Final = 500
ERASED_DOMAIN: Final = "@erased.invalid"
# Their tables and not their classes: the ORM would look at every row.
NOTIFICATIONS: Final = cast(Table, Notification.__table__)
DELIVERIES: Final = cast(Table, Delivery.__table__)


@dataclass(frozen=True, kw_only=True)
class News:
    """What is told. message_id: of what was heard; it is told to the same person once.

    kind: the mail's name. facts: what its texts need, the same for all who are told.
    """

    kind: str
    message_id: UUID
    facts: Mapping[str, Any]
    workshop_id: UUID | None = None
    host_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Who is told. about_id: their registration, nomination or request. path: of the link."""

    about_id: UUID
    name: str
    email: str
    locale: str
    path: str
    person_id: UUID | None = None


def tell_people(
    session: Session, telling: Sequence[tuple[News, Addressee]], *, now: datetime
) -> None:
    """One notification each, by mail, and in the app for those with an account.

    Whoever was erased is told nothing.
    """
    telling = [each for each in telling if not each[1].email.endswith(ERASED_DOMAIN)]
    if not telling:
        return
    for start in range(0, len(telling), BATCH):
        batch = telling[start : start + BATCH]
        suppressed = _suppressed(session, [each.email for _, each in batch], now=now)
        rows = [_rows_for(news, each, suppressed, now=now) for news, each in batch]
        session.execute(insert(NOTIFICATIONS), [row.notification for row in rows])
        session.execute(insert(DELIVERIES), [each for row in rows for each in row.deliveries])
        items = [row.inbox_item for row in rows if row.inbox_item]
        if items:
            session.execute(insert(InboxItem), items)
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


def _rows_for(
    news: News, each: Addressee, suppressed: Mapping[str, str], *, now: datetime
) -> _Rows:
    facts = {**news.facts, "name": each.name, "path": each.path}
    category = CATEGORY_OF.get(news.kind, "workshop")
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
    key = fold_email(each.email)
    reason = suppressed.get(key, "") if category != SHORT_LIVED else ""
    mail = _delivery(notification_id, "mail", each.email, now=now)
    if reason:
        mail |= {"state": "suppressed", "reason": reason}
    deliveries = [mail]
    item = None
    if each.person_id is not None and category != SHORT_LIVED:
        in_app = _delivery(notification_id, "inbox", str(each.person_id), now=now)
        deliveries.append(in_app | {"state": "delivered", "sent_at": now})
        item = _inbox_item(news.kind, each, facts, notification_id, now=now)
    return _Rows(notification, deliveries, item)


def _delivery(
    notification_id: UUID, channel: str, address: str, *, now: datetime
) -> dict[str, Any]:
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


def _suppressed(session: Session, emails: Iterable[str], *, now: datetime) -> dict[str, str]:
    """Folded address → why nothing is sent there."""
    keys = {fold_email(email) for email in emails}
    query = select(Suppression).where(
        is_among(session, Suppression.email_key, keys), Suppression.lifted_at.is_(None)
    )
    found = session.scalars(query)
    return {s.email_key: s.reason for s in found if s.expires_at is None or s.expires_at > now}

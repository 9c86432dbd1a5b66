"""Proof: what became of everybody who was to be told, person by person, adding up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from services.notifications.model import (
    Announcement,
    AnnouncementRecipient,
    Delivery,
    Notification,
    OrganisationCopy,
)
from services.notifications.model.choices import ELSEWHERE
from shared.database import is_among
from shared.foundation.languages import Text

OUTCOMES: Final = ("queued", "sent", "suppressed", "opted_out", "failed")
"""Of which each person has one."""
COUNTS: Final = ("eligible", "queued", "sent", "delivered", "suppressed", "opted_out", "failed")
NOBODY: Final[Mapping[str, int]] = dict.fromkeys(COUNTS, 0)
MAIL, INBOX, OTHER = aliased(Delivery), aliased(Delivery), aliased(Delivery)
"""A person's delivery by each channel."""
ON_ITS_WAY: Final = ("held", "queued", "claimed")


def outcome_of(mail: Any, inbox: Any, told: Any) -> ColumnElement[str]:
    """A person's outcome of all channels: by mail, unless it was not sent and another one was.

    told: the notification's id. `delivered` is a kind of sent. A bounce, or an end before it was
    sent, is failed.
    """
    return case(
        (mail.state.in_(ON_ITS_WAY), literal("queued")),
        (mail.state == "sent", literal("sent")),
        (mail.state == "delivered", literal("delivered")),
        (mail.state.in_(("failed", "bounced", "cancelled", "expired")), literal("failed")),
        (inbox.state == "delivered", literal("delivered")),
        (_is_elsewhere(told, "sent", "delivered"), literal("sent")),
        (_is_elsewhere(told, *ON_ITS_WAY), literal("queued")),
        (mail.state == "suppressed", literal("suppressed")),
        (_is_elsewhere(told, "suppressed"), literal("suppressed")),
        (mail.state == "opted_out", literal("opted_out")),
        (inbox.state == "opted_out", literal("opted_out")),
        (_is_elsewhere(told, "opted_out"), literal("opted_out")),
        else_=literal("failed"),
    )


def _is_elsewhere(told: Any, *states: str) -> ColumnElement[bool]:
    """Whether a chat, phone or browser of theirs has it so. Asked of few: of those not mailed."""
    return (
        exists()
        .where(
            OTHER.notification_id == told,
            OTHER.channel.in_(ELSEWHERE),
            OTHER.state.in_(states),
        )
        .correlate_except(OTHER)
    )


def _outcome(announcement: Announcement) -> ColumnElement[str]:
    """Who has no delivery yet is queued, or has lost by the cancelling."""
    later = "failed" if announcement.state == "cancelled" else "queued"
    return case(
        (AnnouncementRecipient.number > announcement.done_number, literal(later)),
        else_=outcome_of(MAIL, INBOX, AnnouncementRecipient.notification_id),
    )


def _with_deliveries(query: Any) -> Any:
    told = AnnouncementRecipient.notification_id
    return query.outerjoin(
        MAIL, (MAIL.notification_id == told) & (MAIL.channel == "mail")
    ).outerjoin(INBOX, (INBOX.notification_id == told) & (INBOX.channel == "inbox"))


def counts_by_association(
    session: Session, announcement: Announcement
) -> dict[UUID | None, dict[str, int]]:
    """Association → counts of people; each adds up."""
    outcome = _outcome(announcement).label("outcome")
    query = _with_deliveries(
        select(
            AnnouncementRecipient.association_id, outcome, func.count().label("people")
        ).select_from(AnnouncementRecipient)
    )
    query = query.where(AnnouncementRecipient.announcement_id == announcement.id)
    grouped = query.group_by(AnnouncementRecipient.association_id, outcome)
    found: dict[UUID | None, dict[str, int]] = {}
    for row in session.execute(grouped):
        counts = found.setdefault(row.association_id, dict(NOBODY))
        add_outcome(counts, row.outcome, row.people)
    return found


def add_outcome(counts: dict[str, int], outcome: str, people: int) -> None:
    """Count them in: `delivered` is counted as sent too."""
    counts["eligible"] += people
    counts[outcome] += people
    if outcome == "delivered":
        counts["sent"] += people


def counts_of(session: Session, announcement: Announcement) -> dict[str, int]:
    """Of everybody: eligible = queued + sent + suppressed + opted_out + failed."""
    return summed(counts_by_association(session, announcement).values())


def summed(parts: Any) -> dict[str, int]:
    """The counts of all parts together."""
    counts = dict(NOBODY)
    for part in parts:
        for name, number in part.items():
            counts[name] += number
    return counts


def recipients_of(announcement: Announcement, *, outcome: str | None = None) -> Any:
    """The query of everybody in the snapshot, or of those with one outcome.

    `not_told`: suppressed, opted out and failed.
    """
    query = _with_deliveries(select(AnnouncementRecipient)).where(
        AnnouncementRecipient.announcement_id == announcement.id
    )
    expression = _outcome(announcement)
    if outcome == "not_told":
        return query.where(expression.in_(("suppressed", "opted_out", "failed")))
    if outcome == "sent":
        return query.where(expression.in_(("sent", "delivered")))
    return query.where(expression == outcome) if outcome else query


def details_of(
    session: Session, announcement: Announcement, rows: Sequence[AnnouncementRecipient]
) -> dict[int, Any]:
    """number → outcome, address, name, when sent, and why not."""
    from_mail = func.coalesce(MAIL.reason, "")
    query = _with_deliveries(
        select(
            AnnouncementRecipient.number,
            _outcome(announcement).label("outcome"),
            func.coalesce(MAIL.address, "").label("recipient"),
            func.coalesce(func.nullif(from_mail, ""), INBOX.reason, "").label("reason"),
            func.coalesce(MAIL.sent_at, INBOX.sent_at).label("sent_at"),
            MAIL.id.label("delivery_id"),
            func.coalesce(Notification.name, "").label("name"),
        ).select_from(AnnouncementRecipient)
    )
    query = query.outerjoin(
        Notification, Notification.id == AnnouncementRecipient.notification_id
    ).where(
        AnnouncementRecipient.announcement_id == announcement.id,
        AnnouncementRecipient.number.in_([row.number for row in rows]),
    )
    return {row.number: row for row in session.execute(query)}


def names_of(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, Text]:
    """Organisation → its names."""
    wanted = [each for each in ids if each is not None]
    query = select(OrganisationCopy.id, OrganisationCopy.names)
    found = session.execute(query.where(is_among(session, OrganisationCopy.id, wanted)))
    return {row.id: row.names for row in found}


def rows_of(
    session: Session, announcement: Announcement, rows: Sequence[AnnouncementRecipient]
) -> list[dict[str, Any]]:
    """Each with its outcome; `delivered` is told apart from sent."""
    details = details_of(session, announcement, rows)
    names = ("name", "recipient", "outcome", "reason", "sent_at", "delivery_id")
    others = _elsewhere(session, [row for row in rows if details[row.number].delivery_id is None])
    return [
        {"number": row.number, "association_id": row.association_id}
        | {name: getattr(details[row.number], name) for name in names}
        | others.get(row.notification_id, {})
        for row in rows
    ]


def _elsewhere(
    session: Session, rows: Sequence[AnnouncementRecipient]
) -> dict[UUID, dict[str, Any]]:
    """Of those who got no mail: notification → where else it went, the best of them."""
    query = select(Delivery).where(
        is_among(session, Delivery.notification_id, [row.notification_id for row in rows]),
        Delivery.channel.in_(ELSEWHERE),
    )
    best = case((Delivery.state.in_(("sent", "delivered")), 1), else_=0)
    return {
        each.notification_id: {
            "recipient": each.address,
            "reason": each.reason,
            "sent_at": each.sent_at,
            "delivery_id": each.id,
        }
        for each in session.scalars(query.order_by(best, Delivery.id.desc()))
    }

"""Proof: what became of everybody who was to be told, person by person, adding up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from services.notifications.model import (
    Announcement,
    AnnouncementRecipient,
    Delivery,
    Notification,
    OrganisationCopy,
)
from shared.database import is_among
from shared.foundation.languages import Text

OUTCOMES: Final = ("queued", "sent", "suppressed", "opted_out", "failed")
"""Of which each person has one."""
COUNTS: Final = ("eligible", "queued", "sent", "delivered", "suppressed", "opted_out", "failed")
NOBODY: Final[Mapping[str, int]] = dict.fromkeys(COUNTS, 0)
MAIL, INBOX = aliased(Delivery), aliased(Delivery)
"""A person's delivery by each channel."""
ON_ITS_WAY: Final = ("held", "queued", "claimed")


def outcome_of(mail: Any, inbox: Any) -> ColumnElement[str]:
    """A person's outcome of both channels: by mail, unless it was not sent and the inbox was.

    `delivered` is a kind of sent. A bounce, or an end before it was sent, is failed.
    """
    return case(
        (mail.state.in_(ON_ITS_WAY), literal("queued")),
        (mail.state == "sent", literal("sent")),
        (mail.state == "delivered", literal("delivered")),
        (mail.state.in_(("failed", "bounced", "cancelled", "expired")), literal("failed")),
        (inbox.state == "delivered", literal("delivered")),
        (mail.state == "suppressed", literal("suppressed")),
        (mail.state == "opted_out", literal("opted_out")),
        (inbox.state == "opted_out", literal("opted_out")),
        else_=literal("failed"),
    )


def _outcome(announcement: Announcement) -> ColumnElement[str]:
    """Who has no delivery yet is queued, or has lost by the cancelling."""
    later = "failed" if announcement.state == "cancelled" else "queued"
    return case(
        (AnnouncementRecipient.number > announcement.done_number, literal(later)),
        else_=outcome_of(MAIL, INBOX),
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
    return [
        {"number": row.number, "association_id": row.association_id}
        | {name: getattr(details[row.number], name) for name in names}
        for row in rows
    ]

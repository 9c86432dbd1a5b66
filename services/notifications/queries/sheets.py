"""Deliveries, and the recipients of an announcement, as tables."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.notifications.model import Announcement, AnnouncementRecipient, Delivery
from services.notifications.queries import proof
from shared.foundation.languages import ENGLISH, in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _


def deliveries_sheet() -> Sheet:
    """What became of each delivery, and why."""
    headings = (
        *(_("Recipient"), _("Kind"), _("Category"), _("Channel"), _("State"), _("Reason")),
        *(_("Tries"), _("Made at"), _("Due at"), _("Sent at"), _("Subject ID"), _("ID")),
    )

    def cells(_session: Session, rows: Sequence[Delivery]) -> Iterable[Sequence[Any]]:
        for row in rows:
            told = row.notification
            yield [
                row.address,
                told.kind,
                told.category,
                row.channel,
                row.state,
                row.reason,
                row.tries,
                row.created_at,
                row.due_at,
                row.sent_at,
                str(told.about_id),
                str(row.id),
            ]

    return Sheet(_("deliveries"), headings, cells)


def recipients_sheet(announcement: Announcement) -> Sheet:
    """Everybody in an announcement: told, or why not."""
    headings = (
        *(_("Number"), _("Name"), _("Recipient"), _("Association"), _("Outcome"), _("Reason")),
        *(_("Sent at"), _("Delivery ID")),
    )

    def cells(session: Session, rows: Sequence[AnnouncementRecipient]) -> Iterable[Sequence[Any]]:
        names = proof.names_of(session, {row.association_id for row in rows})
        for row in proof.rows_of(session, announcement, rows):
            yield [
                row["number"],
                row["name"],
                row["recipient"],
                in_language(names.get(row["association_id"]), ENGLISH),
                row["outcome"],
                row["reason"],
                row["sent_at"],
                str(row["delivery_id"] or ""),
            ]

    return Sheet(_("recipients"), headings, cells)

"""Deliveries, announcements and their recipients, suppressed addresses, as tables."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.notifications.model import (
    Announcement,
    AnnouncementRecipient,
    Delivery,
    Suppression,
)
from services.notifications.queries import proof
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, in_language
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


def announcements_sheet() -> Sheet:
    """What was announced, in whose name, to how many."""
    headings = (
        *(_("Subject"), _("Subject (Chinese)"), _("Organisation"), _("Organisation (Chinese)")),
        *(_("Category"), _("State"), _("People"), _("Written by"), _("Written")),
        *(_("Approved by"), _("Approved"), _("Finished"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[Announcement]) -> Iterable[Sequence[Any]]:
        names = proof.names_of(session, {row.organisation_id for row in rows})
        for row in rows:
            name = names.get(row.organisation_id) or {}
            yield [
                *(row.subject.get(ENGLISH), row.subject.get(TRADITIONAL_CHINESE)),
                *(name.get(ENGLISH), name.get(TRADITIONAL_CHINESE), row.category, row.state),
                *(row.people, row.author, row.created_at, row.approved_by, row.approved_at),
                *(row.finished_at, str(row.id)),
            ]

    return Sheet(_("announcements"), headings, cells)


def suppressions_sheet() -> Sheet:
    """Addresses that nothing is sent to, and why."""
    headings = (
        *(_("Address"), _("Reason"), _("Holds for"), _("Since"), _("Until")),
        _("ID"),
    )

    def cells(_session: Session, rows: Sequence[Suppression]) -> Iterable[Sequence[Any]]:
        for row in rows:
            yield [
                *(row.email, row.reason, row.scope, row.created_at, row.expires_at),
                str(row.id),
            ]

    return Sheet(_("suppressions"), headings, cells)

"""Deliveries as a table."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.notifications.model import Delivery
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

    return Sheet("deliveries", headings, cells)

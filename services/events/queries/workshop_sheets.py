"""An organizer's workshops as a table, with their seats."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.events.model import Workshop
from services.events.queries.copies import names_of
from services.events.queries.workshops import ledgers_of
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, both_languages
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _


def workshops_sheet() -> Sheet:
    """A row for each workshop; an empty number of seats is any number."""
    headings = (
        *(_("Title (English)"), _("Title (Chinese)"), _("Kind"), _("State")),
        *(_("Host"), _("Host (Chinese)"), _("Begins"), _("Ends"), _("Time zone")),
        *(_("Seats"), _("Confirmed"), _("Seats held"), _("Waiting"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[Workshop]) -> Iterable[Sequence[Any]]:
        names = names_of(session, {row.host_id for row in rows})
        ledgers = ledgers_of(session, [row.id for row in rows])
        for row in rows:
            ledger = ledgers[row.id]
            yield [
                *(row.titles.get(ENGLISH), row.titles.get(TRADITIONAL_CHINESE)),
                *(row.kind, row.state),
                *both_languages(names.get(row.host_id)),
                *(row.starts_at, row.ends_at, row.time_zone, ledger.capacity),
                *(ledger.confirmed, ledger.held, ledger.waiting, str(row.id)),
            ]

    return Sheet(_("workshops"), headings, cells)

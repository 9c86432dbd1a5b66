"""The rows of an import as a file: to be mended in a spreadsheet and sent again."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.members.model import Import, ImportRow
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _

Words = Callable[[Any], str]


def import_rows_sheet(found: Import, *, verdict_of: Words, reason_of: Words) -> Sheet:
    """The cells as they came, under their own names, and behind them what was said of the row.

    verdict_of, reason_of: a row's verdict and reasons in the reader's language.
    """
    width = len(found.columns)

    def cells(_session: Session, rows: Sequence[ImportRow]) -> Iterable[Sequence[Cell]]:
        for row in rows:
            own = [*row.cells, *[""] * width][:width]
            said = verdict_of(row.verdict) if row.verdict else None
            yield [*own, row.number, said, reason_of(row.reasons)]

    headings = (_("Row"), _("Verdict"), _("Reason"))
    return Sheet(_("import"), headings, cells, given=found.columns)

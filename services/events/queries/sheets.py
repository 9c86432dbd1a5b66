"""The lists of one workshop as tables: its roster and its nominations."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.events.model import Nomination, Registration, Workshop
from services.events.queries.copies import names_of
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, Text, in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _


def roster_sheet(workshop: Workshop, *, language: str) -> Sheet:
    """Who is registered; a column for each question of the form. language: of the questions."""
    questions = {each["key"]: in_language(each["labels"], language) for each in workshop.form}
    headings = (
        *(_("Name"), _("Mail address"), _("Organisation"), _("Organisation (Chinese)")),
        *(_("State"), _("Language"), _("Registered at"), _("ID")),
        *questions.values(),
    )

    def cells(session: Session, rows: Sequence[Registration]) -> Iterable[Sequence[Any]]:
        names = names_of(session, {row.organisation_id for row in rows if row.organisation_id})
        for row in rows:
            yield [
                row.name,
                row.email,
                *_both(names.get(row.organisation_id) if row.organisation_id else None),
                row.state,
                row.locale,
                row.created_at,
                str(row.id),
                *(_answer(row.answers.get(key)) for key in questions),
            ]

    return Sheet("registrations", headings, cells)


def nominations_sheet() -> Sheet:
    """Whom the bodies named."""
    headings = (
        *(_("Name"), _("Mail address"), _("Telephone")),
        *(_("Organisation"), _("Organisation (Chinese)"), _("Role"), _("Capacity")),
        *(_("State"), _("Answer until"), _("Nominated at"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[Nomination]) -> Iterable[Sequence[Any]]:
        names = names_of(session, {row.organisation_id for row in rows})
        for row in rows:
            yield [
                row.name,
                row.email,
                row.phone,
                *_both(names.get(row.organisation_id)),
                row.role,
                row.capacity,
                row.state,
                row.confirm_by,
                row.created_at,
                str(row.id),
            ]

    return Sheet("nominations", headings, cells)


def _answer(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _both(names: Text | None) -> tuple[str | None, str | None]:
    return in_language(names, ENGLISH) or None, (names or {}).get(TRADITIONAL_CHINESE)

"""The lists of members as tables: what a reader of the list may see of each row."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from services.members.model import CustomField, Membership, Organisation, Person
from services.members.model.custom_field import CHOOSING
from services.members.queries.custom_fields import visible_values
from services.members.queries.organisations import identifiers_of, names_of, readable_among
from shared.foundation.economies import economy_names
from shared.foundation.identities import Asker
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, both_languages, in_language
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _


def organisations_sheet(
    asker: Asker, custom: Sequence[CustomField] = (), language: str = ENGLISH
) -> Sheet:
    """The directory; contact data of those alone that the asker may read.

    custom: fields that have a column; their labels are in the language.
    """
    headings = (
        *(_("Name (English)"), _("Name (Chinese)"), _("Kind"), _("Economy"), _("Sector")),
        *(_("Identifiers"), _("Staff"), _("Mail address"), _("Telephone"), _("Web site")),
        *(_("Address"), _("ID")),
        *(in_language(field.labels, language) for field in custom),
    )

    def cells(session: Session, rows: Sequence[Organisation]) -> Iterable[Sequence[Cell]]:
        open_ids = readable_among(session, asker, [row.id for row in rows])
        identifiers = identifiers_of(session, list(open_ids))
        filled = visible_values(session, [row.id for row in rows], asker) if custom else {}
        for row in rows:
            contents = {field.id: content for field, content in filled.get(row.id, ())}
            contact: list[Cell] = [None] * 6
            if row.id in open_ids:
                known = "; ".join(f"{each.scheme} {each.value}" for each in identifiers[row.id])
                contact = [known, row.staff_count, row.email, row.phone, row.url, row.address]
            yield [
                *both_languages(row.names),
                row.kind,
                _economy(row.economy),
                row.sector,
                *contact,
                str(row.id),
                *(_custom(field, contents.get(field.id), language) for field in custom),
            ]

    return Sheet(_("organisations"), headings, cells)


def people_sheet() -> Sheet:
    """People whom the asker may see: the query says who."""
    headings = (
        *(_("Name"), _("Name (Chinese)"), _("Mail address"), _("Mail comes back")),
        *(_("Telephone"), _("Economy"), _("Language"), _("Time zone")),
        *(_("Accessibility needs"), _("Gender"), _("Has an account"), _("ID")),
    )

    def cells(_session: Session, rows: Sequence[Person]) -> Iterable[Sequence[Cell]]:
        for row in rows:
            yield [
                row.name_in(ENGLISH),
                row.name_in(TRADITIONAL_CHINESE),
                row.email,
                row.is_bouncing,
                row.phone,
                _economy(row.economy),
                row.locale,
                row.time_zone,
                row.accessibility_needs,
                row.gender,
                row.has_account,
                str(row.id),
            ]

    return Sheet(_("people"), headings, cells)


def memberships_sheet() -> Sheet:
    """Memberships with the names of both sides."""
    headings = (
        *(_("Member"), _("Member (Chinese)"), _("Host"), _("Host (Chinese)"), _("Type")),
        *(_("State"), _("From"), _("Until"), _("Grace until"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[Membership]) -> Iterable[Sequence[Any]]:
        names = names_of(session, {each for row in rows for each in (row.member_id, row.host_id)})
        for row in rows:
            yield [
                *both_languages(names.get(row.member_id)),
                *both_languages(names.get(row.host_id)),
                row.type,
                row.state,
                row.starts_on,
                row.ends_on,
                row.lapses_on,
                str(row.id),
            ]

    return Sheet(_("memberships"), headings, cells)


def _custom(field: CustomField, content: list[Any] | None, language: str) -> Cell:
    """Choices by their labels, numbers and days as such."""
    if content is None:
        return None
    if field.type in CHOOSING:
        labels = field.choice_labels
        return "; ".join(in_language(labels.get(key), language) or key for key in content)
    value: Cell = content[0]
    if field.type == "decimal":
        return float(str(value))
    return date.fromisoformat(str(value)) if field.type == "date" else value


def _economy(code: str | None) -> str | None:
    return in_language(economy_names(code), ENGLISH) if code else None

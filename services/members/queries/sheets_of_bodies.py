"""Committees and working groups, their seats with who sits there, and imports, as tables."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import Appointment, Body, Import, Seat
from services.members.model.imports import VERDICTS
from services.members.queries.bodies import holders
from services.members.queries.organisations import names_of
from services.members.queries.people import people_seen
from services.members.queries.scopes import may_read
from shared.foundation.identities import Asker
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, both_languages
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _

NAMES = (_("Name (English)"), _("Name (Chinese)"))
PLACE = (_("Organisation"), _("Organisation (Chinese)"))


def bodies_sheet() -> Sheet:
    """An organisation's committees and working groups, and how many seats of each are taken."""

    def cells(session: Session, rows: Sequence[Body]) -> Iterable[Sequence[Cell]]:
        seats: dict[object, list[Seat]] = {row.id: [] for row in rows}
        query = select(Seat).where(Seat.body_id.in_(seats), Seat.removed_at.is_(None))
        for seat in session.scalars(query):
            seats[seat.body_id].append(seat)
        sitting = holders(session, [seat.id for found in seats.values() for seat in found])
        for row in rows:
            taken = len([seat for seat in seats[row.id] if sitting[seat.id]])
            counts = (len(seats[row.id]), taken)
            days = (row.created_at, row.dissolved_at)
            yield [*both_languages(row.names), row.kind, *counts, *days, str(row.id)]

    counted = (_("Seats"), _("Seats taken"))
    headings = (*NAMES, _("Kind"), *counted, _("Founded"), _("Dissolved"), _("ID"))
    return Sheet(_("committees"), headings, cells)


def seats_sheet(body: Body, asker: Asker, *, today: date) -> Sheet:
    """The seats of one body: whose each is, and, for those who may know, who sits there.

    A seat has a row for each who sits there, will, or stands in; an empty one has a row too.
    """

    def cells(session: Session, rows: Sequence[Seat]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id or body.organisation_id for row in rows})
        sitting = holders(session, [row.id for row in rows])
        ids = {each.person_id for found in sitting.values() for each in found}
        people = people_seen(session, ids, asker, today=today)
        for row in rows:
            place = row.organisation_id or body.organisation_id
            whose = both_languages(names.get(place))
            known = any(may_read(session, asker, each) for each in (body.organisation_id, place))
            shown: Sequence[Appointment | None] = sitting[row.id] if known else []
            for each in shown or [None]:
                person = people.get(each.person_id) if each else None
                who: list[Cell] = [None, None, None]
                if person:
                    who = [*map(person.name_in, (ENGLISH, TRADITIONAL_CHINESE)), person.email]
                term = (each.starts_on, each.ends_on) if each else (None, None)
                stands_in = each.substitutes_for is not None if each else None
                yield [row.role, *whose, *who, *term, stands_in, str(row.id)]

    who_sits = (_("Name"), _("Name (Chinese)"), _("Mail address"), _("From"), _("Until"))
    headings = (_("Seat"), *PLACE, *who_sits, _("Stands in"), _("ID"))
    return Sheet(_("seats"), headings, cells)


def imports_sheet() -> Sheet:
    """Imports: what each file held, whose it was, and what became of its rows."""

    def cells(session: Session, rows: Sequence[Import]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id for row in rows})
        for row in rows:
            counts = row.counts
            yield [
                row.filename,
                row.kind,
                *both_languages(names.get(row.organisation_id)),
                row.state,
                row.row_count,
                *(counts[verdict] for verdict in VERDICTS),
                row.created_at,
                str(row.id),
            ]

    found = (_("Rows"), _("New"), _("Updated"), _("Duplicates"), _("Errors"))
    headings = (
        *(_("File"), _("Kind"), *PLACE, _("State")),
        *found,
        *(_("Uploaded"), _("ID")),
    )
    return Sheet(_("imports"), headings, cells)

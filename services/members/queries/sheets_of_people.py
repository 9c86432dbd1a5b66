"""Who works where, speaks for whom, may do what, is in a segment or was erased, as tables."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import (
    Affiliation,
    Appointment,
    Erasure,
    Person,
    RoleGrant,
    Segment,
    SegmentMember,
)
from services.members.queries.organisations import names_of
from services.members.queries.people import named, people_seen
from shared.foundation.identities import Asker
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, both_languages
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _

NAMES = (_("Name"), _("Name (Chinese)"), _("Mail address"))
TERM = (_("From"), _("Until"), _("Ended"), _("ID"))


def affiliations_sheet(asker: Asker, *, today: date) -> Sheet:
    """Who works at an organisation, and who did."""

    def cells(session: Session, rows: Sequence[Affiliation]) -> Iterable[Sequence[Cell]]:
        people = people_seen(session, [row.person_id for row in rows], asker, today=today)
        for row in rows:
            yield [*names_of_person(people.get(row.person_id)), row.title, *_term(row)]

    return Sheet(_("affiliations"), (*NAMES, _("Title"), *TERM), cells)


def appointments_sheet(asker: Asker, *, today: date) -> Sheet:
    """Who holds an office for an organisation, and who did; and who stands in for them."""

    def cells(session: Session, rows: Sequence[Appointment]) -> Iterable[Sequence[Cell]]:
        absent = _holders(session, [row.substitutes_for for row in rows])
        ids = [*(row.person_id for row in rows), *absent.values()]
        people = people_seen(session, ids, asker, today=today)
        for row in rows:
            holder_id = absent.get(row.substitutes_for) if row.substitutes_for else None
            instead_of = people.get(holder_id) if holder_id else None
            yield [
                *names_of_person(people.get(row.person_id)),
                row.role,
                names_of_person(instead_of)[0],
                *_term(row),
            ]

    headings = (*NAMES, _("Role"), _("Substitute for"), *TERM)
    return Sheet(_("appointments"), headings, cells)


def grants_sheet(asker: Asker, *, today: date) -> Sheet:
    """Who may do what, where, and until when."""
    headings = (
        *NAMES,
        *(_("Role"), _("Organisation"), _("Organisation (Chinese)"), _("With what is below it")),
        *(_("From"), _("Until"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[RoleGrant]) -> Iterable[Sequence[Cell]]:
        people = people_seen(session, [row.person_id for row in rows], asker, today=today)
        names = names_of(session, {row.organisation_id for row in rows})
        for row in rows:
            place = names.get(row.organisation_id) if row.organisation_id else None
            yield [
                *names_of_person(people.get(row.person_id)),
                row.role,
                *both_languages(place),
                row.subtree,
                row.starts_at,
                row.expires_at,
                str(row.id),
            ]

    return Sheet(_("grants"), headings, cells)


def segment_sheet(segment: Segment) -> Sheet:
    """Who was in a segment when it was last evaluated."""
    is_of_people = segment.kind == "people"

    def cells(session: Session, rows: Sequence[SegmentMember]) -> Iterable[Sequence[Cell]]:
        ids = [row.member_id for row in rows]
        people = named(session, ids) if is_of_people else {}
        names = {} if is_of_people else names_of(session, ids)
        for each in ids:
            found = (
                names_of_person(people.get(each))
                if is_of_people
                else both_languages(names.get(each))
            )
            yield [*found, str(each)]

    headings = NAMES if is_of_people else (_("Name (English)"), _("Name (Chinese)"))
    return Sheet(_("segment"), (*headings, _("ID")), cells)


def segments_sheet() -> Sheet:
    """An organisation's segments: what they are of, by which filters, and how many are in each."""

    def cells(_session: Session, rows: Sequence[Segment]) -> Iterable[Sequence[Cell]]:
        for row in rows:
            found = row.filters or {}
            filters = "; ".join(f"{name}: {value}" for name, value in found.items())
            picked = len(row.picked) if row.filters is None else None
            yield [
                *(*both_languages(row.names), row.kind, filters, picked),
                *(row.member_count, row.evaluated_at, str(row.id)),
            ]

    headings = (
        *(_("Name (English)"), _("Name (Chinese)"), _("Of"), _("Filters"), _("Picked by hand")),
        *(_("In it"), _("Evaluated"), _("ID")),
    )
    return Sheet(_("segments"), headings, cells)


def erasures_sheet(*, now: datetime) -> Sheet:
    """Who was erased, by id alone, and whether every service has said that it is done."""

    def cells(_session: Session, rows: Sequence[Erasure]) -> Iterable[Sequence[Cell | datetime]]:
        for row in rows:
            yield [
                *(str(row.person_id), row.asked_at, row.asked_by, row.due_at),
                *(row.finished_at, row.state_at(now), row.number, str(row.id)),
            ]

    headings = (
        *(_("Person"), _("Asked for"), _("By"), _("Due"), _("Finished"), _("State")),
        *(_("Number of the receipt"), _("ID")),
    )
    return Sheet(_("erasures"), headings, cells)


def _holders(session: Session, appointment_ids: Iterable[UUID | None]) -> dict[UUID, UUID]:
    wanted = {each for each in appointment_ids if each}
    query = select(Appointment.id, Appointment.person_id).where(Appointment.id.in_(wanted))
    return {row.id: row.person_id for row in session.execute(query)} if wanted else {}


def names_of_person(person: Person | None) -> tuple[str | None, str | None, str | None]:
    """The cells of NAMES; empty for one whom the reader does not see."""
    if person is None:
        return None, None, None
    return person.name_in(ENGLISH), person.name_in(TRADITIONAL_CHINESE), person.email


def _term(row: Affiliation | Appointment) -> tuple[Cell, ...]:
    return row.starts_on, row.ends_on, row.ended_at, str(row.id)

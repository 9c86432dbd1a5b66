"""Cases, the catalogue, and what trainees need after the course, as tables."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import Capability, Case, CatalogueEntry, Referral, TalentNeed
from services.members.queries.cases import followers_of
from services.members.queries.catalogue import loads_of
from services.members.queries.organisations import names_of
from services.members.queries.referrals import entry_names, whole_needs, whole_referrals
from services.members.queries.sheets_of_bodies import NAMES, PLACE
from services.members.queries.sheets_of_talent import TITLES
from shared.foundation.identities import Asker
from shared.foundation.languages import both_languages
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _


def _codes(session: Session, rows: Sequence[Case | CatalogueEntry | TalentNeed]) -> dict[str, str]:
    """lineage → the capability's code in the newest edition."""
    ids = {UUID(str(each)) for row in rows for each in row.capability_ids}
    query = select(Capability.lineage_id, Capability.code).where(Capability.lineage_id.in_(ids))
    found = session.execute(query.order_by(Capability.id)) if ids else ()
    return {str(row.lineage_id): row.code for row in found}


def _joined(values: Iterable[object], words: dict[str, str] | None = None) -> str:
    texts = (str(each) for each in values)
    return "; ".join(texts if words is None else (words.get(each, each) for each in texts))


def cases_sheet() -> Sheet:
    """Cases: whose, who led, what they are about and where they are."""

    def cells(session: Session, rows: Sequence[Case]) -> Iterable[Sequence[Cell]]:
        places = (row.organisation_id for row in rows), (row.association_id for row in rows)
        names = names_of(session, {*places[0], *places[1], *(row.mentor_id for row in rows)})
        codes, followers = _codes(session, rows), followers_of(session, [row.id for row in rows])
        for row in rows:
            mentor = names.get(row.mentor_id) if row.mentor_id else None
            yield [
                *both_languages(row.titles),
                *both_languages(names.get(row.organisation_id)),
                *both_languages(names.get(row.association_id)),
                both_languages(mentor)[0],
                len(followers[row.id]),
                *(_joined(row.capability_ids, codes), _joined(row.sectors), row.state),
                *(row.created_at, row.published_at, str(row.id)),
            ]

    headings = (
        *(*TITLES, _("Company"), _("Company (Chinese)"), _("Association")),
        *(_("Association (Chinese)"), _("Led by"), _("Companies that followed")),
        *(_("Capabilities"), _("Sectors"), _("State"), _("Written"), _("Published"), _("ID")),
    )
    return Sheet(_("cases"), headings, cells)


def catalogue_sheet() -> Sheet:
    """Experts and technologies, and how many referrals each takes now."""

    def cells(session: Session, rows: Sequence[CatalogueEntry]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id for row in rows})
        codes, loads = _codes(session, rows), loads_of(session, [row.id for row in rows])
        for row in rows:
            yield [
                *(row.kind, *both_languages(row.names)),
                *both_languages(names.get(row.organisation_id)),
                *(_joined(row.capability_ids, codes), _joined(row.sectors)),
                *(_joined(row.languages), row.state, loads[row.id], row.most_at_once),
                str(row.id),
            ]

    headings = (
        *(_("Kind"), *NAMES, *PLACE, _("Capabilities"), _("Sectors"), _("Languages")),
        *(_("State"), _("Referrals now"), _("Referrals at a time"), _("ID")),
    )
    return Sheet(_("catalogue"), headings, cells)


def needs_sheet() -> Sheet:
    """What trainees need: the query has those alone that the reader may see."""

    def cells(session: Session, rows: Sequence[TalentNeed]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id for row in rows})
        codes, whole = _codes(session, rows), whole_needs(session, rows)
        for row, shown in zip(rows, whole, strict=True):
            yield [
                *(shown["person_name"], row.kind, row.text),
                *both_languages(names.get(row.organisation_id)),
                *(_joined(row.capability_ids, codes), row.sector, row.state),
                *(_joined(row.circles), row.created_at, row.due_at, str(row.id)),
            ]

    headings = (
        *(_("Name"), _("Kind"), _("Need"), *PLACE, _("Capabilities"), _("Sector")),
        *(_("State"), _("Seen by"), _("Stated"), _("Promised until"), _("ID")),
    )
    return Sheet(_("needs"), headings, cells)


def referrals_sheet(asker: Asker) -> Sheet:
    """Referrals; the trainee and the need where the asker may see them."""

    def cells(session: Session, rows: Sequence[Referral]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id for row in rows})
        entries, whole = entry_names(session, rows), whole_referrals(session, rows, asker)
        for row, shown in zip(rows, whole, strict=True):
            yield [
                *(shown["person_name"], shown["need_text"]),
                *both_languages(entries.get(row.entry_id)),
                *both_languages(names.get(row.organisation_id)),
                *(row.state, row.offered_at, row.trainee_accepted_at, row.provider_accepted_at),
                *(shown["due_at"], row.met_at, row.closed_at, row.outcome, row.outcome_text),
                str(row.id),
            ]

    headings = (
        *(_("Name"), _("Need"), _("Expert or technology"), _("Expert or technology (Chinese)")),
        *(*PLACE, _("State"), _("Offered"), _("The trainee accepted"), _("The expert accepted")),
        *(_("Promised until"), _("Met"), _("Closed"), _("Outcome"), _("What came of it"), _("ID")),
    )
    return Sheet(_("referrals"), headings, cells)

"""Capabilities, what companies demand of them, and editions of the gap, as tables."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.model import (
    Capability,
    CapabilityFramework,
    DemandAnswer,
    DemandLine,
    DemandRound,
    GapSnapshot,
)
from services.members.model.demand import ACCEPTED, ANSWERED, CELL
from services.members.queries.organisations import names_of
from services.members.queries.sheets_of_bodies import NAMES, PLACE
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, both_languages, in_language
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _

TITLES = (_("Title (English)"), _("Title (Chinese)"))


def capabilities_sheet() -> Sheet:
    """Capabilities of an edition, or those that hold now."""

    def cells(_session: Session, rows: Sequence[Capability]) -> Iterable[Sequence[Cell]]:
        for row in rows:
            levels = "; ".join(in_language(each, ENGLISH) for each in row.levels)
            texts = both_languages(row.texts)
            yield [
                *(row.root, row.code, *both_languages(row.names), *texts),
                *(levels, row.esco_uri, str(row.id)),
            ]

    described = (_("Description in English"), _("Description in Traditional Chinese"))
    headings = (
        *(_("Under"), _("Capability code"), *NAMES, *described),
        *(_("Levels"), _("Nearest concept of ESCO"), _("ID")),
    )
    return Sheet(_("capabilities"), headings, cells)


def rounds_sheet() -> Sheet:
    """Rounds of demand, and how many companies were asked, have answered, and count."""

    def cells(session: Session, rows: Sequence[DemandRound]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id for row in rows})
        came = func.count().filter(DemandAnswer.state.in_((ANSWERED, ACCEPTED)))
        accepted = func.count().filter(DemandAnswer.state == ACCEPTED)
        query = (
            select(DemandAnswer.round_id, func.count(), came, accepted)
            .where(DemandAnswer.round_id.in_([row.id for row in rows]))
            .group_by(DemandAnswer.round_id)
        )
        counts = {found[0]: tuple(found[1:]) for found in session.execute(query)}
        for row in rows:
            yield [
                *both_languages(row.titles),
                *both_languages(names.get(row.organisation_id)),
                *(row.state, row.quarters, row.created_at, row.closes_at),
                *counts.get(row.id, (0, 0, 0)),
                str(row.id),
            ]

    headings = (
        *(*TITLES, *PLACE, _("State"), _("Quarters"), _("Opened"), _("Closes")),
        *(_("Companies asked"), _("Companies that answered"), _("Answers accepted"), _("ID")),
    )
    return Sheet(_("demand-rounds"), headings, cells)


def answers_sheet() -> Sheet:
    """What the companies of a round answer: a row for each line, and one for who has not."""

    def cells(session: Session, rows: Sequence[DemandAnswer]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.company_id for row in rows})
        query = (
            select(DemandLine, Capability)
            .join(Capability, Capability.id == DemandLine.capability_id)
            .where(DemandLine.answer_id.in_([row.id for row in rows]))
            .order_by(*(getattr(DemandLine, column) for column in CELL))
        )
        lines: dict[object, list[Sequence[Cell]]] = {row.id: [] for row in rows}
        for line, capability in session.execute(query):
            what = (capability.code, capability.names.get(TRADITIONAL_CHINESE))
            plain = (line.staff_level, line.job_kind, line.quarter, line.headcount)
            lines[line.answer_id].append((*what, *plain))
        for row in rows:
            whose = (*both_languages(names.get(row.company_id)), row.state)
            for each in lines[row.id] or [(None,) * 6]:
                yield [*whose, row.asked_at, row.answered_at, *each, str(row.id)]

    headings = (
        *(_("Company"), _("Company (Chinese)"), _("State"), _("Asked"), _("Answered")),
        *(_("Capability code"), _("Capability (Chinese)"), _("Staff level"), _("Kind of job")),
        *(_("Quarter"), _("People"), _("ID")),
    )
    return Sheet(_("demand-answers"), headings, cells)


def snapshots_sheet() -> Sheet:
    """Editions of the gap: whose, when, by which framework, and what waits."""

    def cells(session: Session, rows: Sequence[GapSnapshot]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id for row in rows})
        editions = select(CapabilityFramework.id, CapabilityFramework.number).where(
            CapabilityFramework.id.in_({row.framework_id for row in rows})
        )
        numbers = {found.id: found.number for found in session.execute(editions)}
        for row in rows:
            place = both_languages(names.get(row.organisation_id))
            edition = numbers.get(row.framework_id)
            yield [*place, row.number, row.made_at, edition, row.held_back, str(row.id)]

    headings = (
        *(*PLACE, _("Snapshot"), _("Taken"), _("Edition of the framework")),
        *(_("Organisations that wait"), _("ID")),
    )
    return Sheet(_("gap-snapshots"), headings, cells)

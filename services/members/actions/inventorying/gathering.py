"""What the gap is computed from now: demand, certificates, runs, and who belongs where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.actions.inventorying.hiding import Key
from services.members.actions.inventorying.releasing import Table
from services.members.model import (
    Capability,
    CourseRun,
    DemandAnswer,
    DemandLine,
    DemandRound,
    EarnedCertificate,
    Membership,
    Organisation,
)
from services.members.model.course_run import CANCELLED, COUNTED
from services.members.model.demand import ACCEPTED
from services.members.model.gap import BETWEEN, PEOPLE, quarter_of
from services.members.model.membership import ACTIVE
from shared.days import zone_of_days

ENOUGH_ALIKE: Final = 100
"""Organisations in the same associations, that they count for all of them."""
Spot = tuple[str, str, str, str]
"""Capability, staff level, kind of job, quarter."""


@dataclass
class Standing:
    """Who belongs where in an alliance. bodies: its members that are no companies.

    bodies_of: organisation → its bodies. sectors: organisation → its own. merged: record → kept.
    """

    bodies: set[UUID]
    bodies_of: dict[UUID, frozenset[UUID]]
    sectors: dict[UUID, str]
    merged: dict[UUID, UUID]

    def kept(self, organisation_id: UUID) -> UUID:
        """The record that goes on for this one."""
        while organisation_id in self.merged:
            organisation_id = self.merged[organisation_id]
        return organisation_id


@dataclass
class Gathered:
    """Figures of organisations, and what came through bodies themselves, which hides nobody.

    demand: heads. people: supply, pipeline, planned, seated, attended, certified. knowers:
    organisation → bodies that it has answered, who know its figures.
    """

    demand: Table = field(default_factory=dict)
    people: Table = field(default_factory=dict)
    through_bodies: dict[Key, list[int]] = field(default_factory=dict)
    knowers: dict[str, frozenset[str]] = field(default_factory=dict)


def standing_in(session: Session, alliance_id: UUID) -> Standing:
    """Who belongs where now."""
    members: dict[UUID, list[UUID]] = {}
    rows = select(Membership.host_id, Membership.member_id).where(Membership.state.in_(ACTIVE))
    for host, member in session.execute(rows):
        members.setdefault(host, []).append(member)
    kinds, sectors, merged = {}, {}, {}
    columns = (Organisation.id, Organisation.kind, Organisation.sector, Organisation.merged_into)
    for id_, kind, sector, kept in session.execute(select(*columns)):
        kinds[id_], sectors[id_] = kind, " ".join((sector or "").casefold().split())
        if kept is not None:
            merged[id_] = kept
    bodies = {each for each in members.get(alliance_id, ()) if kinds[each] != "company"}
    found: dict[UUID, set[UUID]] = {each: set() for each in members.get(alliance_id, ())}
    for body in bodies:
        for each in _below(body, members):
            found.setdefault(each, set()).add(body)
    return Standing(
        bodies, {each: frozenset(hosts) for each, hosts in found.items()}, sectors, merged
    )


def _below(host: UUID, members: Mapping[UUID, Iterable[UUID]]) -> set[UUID]:
    found: set[UUID] = set()
    waiting = [host]
    while waiting:
        for each in members.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def gather(session: Session, alliance_id: UUID, *, now: datetime) -> Gathered:
    """All that counts now."""
    standing = standing_in(session, alliance_id)
    spots: dict[UUID, dict[Spot, int]] = {}
    knowers = _gather_demand(session, alliance_id, standing, spots)
    people: dict[UUID, dict[Spot, list[int]]] = {}
    _gather_supply(session, standing, people)
    _gather_runs(session, standing, people, now=now)
    made = Gathered(knowers=knowers)
    memberships = _counting(standing, {*spots, *people} - standing.bodies, knowers)
    for company, lines in spots.items():
        for spot, heads in lines.items():
            place = (memberships[company], standing.sectors.get(company, ""), *spot)
            made.demand[str(company), place] = (heads,)
    for each, counts in people.items():
        for spot, figures in counts.items():
            if each in standing.bodies:
                made.through_bodies[str(each), standing.sectors.get(each, ""), *spot] = figures
            else:
                place = (memberships[each], standing.sectors.get(each, ""), *spot)
                made.people[str(each), place] = tuple(figures)
    return made


def _counting(
    standing: Standing, organisations: set[UUID], knowers: Mapping[str, frozenset[str]]
) -> dict[UUID, str]:
    """organisation → the bodies that it counts for.

    Those of several count for each, unless so few belong to the same ones that the bodies'
    figures would tell of them: then they count for one, that they have answered if there is any.
    """
    alike: dict[frozenset[UUID], list[UUID]] = {}
    for each in organisations:
        alike.setdefault(standing.bodies_of[each], []).append(each)
    made: dict[UUID, str] = {}
    for bodies, found in alike.items():
        names = sorted(map(str, bodies))
        made |= dict.fromkeys(found, BETWEEN.join(names))
        if len(found) < ENOUGH_ALIKE:
            for each in found:
                answered = knowers.get(str(each), frozenset()).intersection(names)
                made[each] = min(answered or names, default="")
    return made


def _gather_demand(
    session: Session, alliance_id: UUID, standing: Standing, spots: dict[UUID, dict[Spot, int]]
) -> dict[str, frozenset[str]]:
    """Fill the spots of companies. Of a company's answers, the newest that asked counts."""
    lineages = _lineages(session, alliance_id)
    rounds = {
        each.id: (
            each.organisation_id,
            each.created_at,
            {lineages[id_] for id_ in each.capability_ids if id_ in lineages},
        )
        for each in session.scalars(select(DemandRound))
        if each.organisation_id in standing.bodies
    }
    query = select(DemandAnswer.id, DemandAnswer.company_id, DemandAnswer.round_id)
    query = query.join(DemandRound, DemandRound.id == DemandAnswer.round_id)
    query = query.where(DemandAnswer.state == ACCEPTED)
    query = query.order_by(DemandRound.created_at.desc(), DemandRound.id.desc())
    opened: dict[UUID, datetime] = {}
    counts: dict[UUID, tuple[UUID, set[str]]] = {}
    answered: set[tuple[UUID, UUID]] = set()
    said: dict[UUID, set[str]] = {}
    knowers: dict[str, set[str]] = {}
    for id_, company, round_id in session.execute(query):
        is_member = company in standing.bodies_of and company not in standing.bodies
        if not is_member or round_id not in rounds:
            continue
        body, moment, asked = rounds[round_id]
        knowers.setdefault(str(company), set()).add(str(body))
        if (company, body) in answered:
            continue
        answered.add((company, body))
        known = said.setdefault(company, set())
        counts[id_], opened[id_] = (company, asked - known), moment
        known |= asked
    _read_lines(session, counts, opened, lineages, spots)
    return {company: frozenset(bodies) for company, bodies in knowers.items()}


def _lineages(session: Session, alliance_id: UUID) -> dict[str, str]:
    """capability id → lineage id, as texts."""
    query = select(Capability.id, Capability.lineage_id)
    rows = session.execute(query.where(Capability.organisation_id == alliance_id))
    return {str(id_): str(lineage) for id_, lineage in rows}


def _read_lines(
    session: Session,
    counts: Mapping[UUID, tuple[UUID, set[str]]],
    opened: Mapping[UUID, datetime],
    lineages: Mapping[str, str],
    spots: dict[UUID, dict[Spot, int]],
) -> None:
    query = (
        select(DemandLine.__table__)
        .join(DemandAnswer, DemandAnswer.id == DemandLine.answer_id)
        .where(DemandAnswer.state == ACCEPTED)
    )
    quarters: dict[tuple[UUID, int], str] = {}
    zone = ZoneInfo(zone_of_days(session))
    names = {UUID(id_): lineage for id_, lineage in lineages.items()}
    for answer, capability, level, kind, quarter, heads in session.execute(query):
        company, wanted = counts.get(answer, (None, ()))
        lineage = names.get(capability, "")
        if company is None or lineage not in wanted:
            continue
        when = quarters.get((answer, quarter))
        if when is None:
            when = quarters[answer, quarter] = quarter_of(opened[answer], zone, quarter - 1)
        spot, lines = (lineage, level, kind, when), spots.setdefault(company, {})
        lines[spot] = lines.get(spot, 0) + heads


def _gather_supply(
    session: Session, standing: Standing, people: dict[UUID, dict[Spot, list[int]]]
) -> None:
    """A person counts once for what they can do, since they first could, where they were last."""
    since: dict[tuple[UUID, str, str, str], str] = {}
    where: dict[tuple[UUID, str, str, str], UUID] = {}
    zone = ZoneInfo(zone_of_days(session))
    good = select(EarnedCertificate).where(
        EarnedCertificate.is_good,
        EarnedCertificate.organisation_id.is_not(None),
        EarnedCertificate.staff_level.is_not(None),
        EarnedCertificate.job_kind.is_not(None),
    )
    for each in session.scalars(good.order_by(EarnedCertificate.issued_at, EarnedCertificate.id)):
        holder = each.person_id or each.id
        for capability in each.capability_ids:
            can = (holder, str(capability), str(each.staff_level), str(each.job_kind))
            since.setdefault(can, quarter_of(each.issued_at, zone))
            where[can] = standing.kept(each.organisation_id) if each.organisation_id else holder
    for can, organisation in where.items():
        if organisation in standing.bodies_of:
            _add(people, organisation, (*can[1:], since[can]), {"supply": 1})


def _gather_runs(
    session: Session,
    standing: Standing,
    people: dict[UUID, dict[Spot, list[int]]],
    *,
    now: datetime,
) -> None:
    """Runs in the quarter in which they end; those seated in runs to come are the pipeline."""
    zone = ZoneInfo(zone_of_days(session))
    for run in session.scalars(select(CourseRun).where(CourseRun.state != CANCELLED)):
        for count in run.counts:
            if not count["organisation_id"]:
                continue
            organisation = standing.kept(UUID(count["organisation_id"]))
            if organisation not in standing.bodies_of:
                continue
            figures = {name: count[name] for name in COUNTED}
            figures["pipeline"] = count["seated"] if run.ends_at > now else 0
            for capability in run.capability_ids:
                spot = (
                    str(capability),
                    run.staff_level,
                    run.job_kind,
                    quarter_of(run.ends_at, zone),
                )
                _add(people, organisation, spot, figures)


def _add(
    people: dict[UUID, dict[Spot, list[int]]],
    organisation: UUID,
    spot: tuple[Any, ...],
    figures: Mapping[str, int],
) -> None:
    if any(figures.values()):
        found = people.setdefault(organisation, {}).setdefault(spot, [0] * len(PEOPLE))
        for name, heads in figures.items():
            found[PEOPLE.index(name)] += heads


def basis_of(session: Session, *, now: datetime) -> str:
    """A text that is another one whenever anything has changed that the gap is computed from."""
    parts = []
    for table, *wanted in (
        (DemandAnswer, DemandAnswer.state == ACCEPTED),
        (EarnedCertificate,),
        (CourseRun,),
        (Membership,),
    ):
        query = select(func.count(), func.coalesce(func.sum(table.version), 0)).select_from(table)
        parts += [str(each) for each in session.execute(query.where(*wanted)).one()]
    past = select(func.count()).where(CourseRun.ends_at <= now)
    return " ".join([*parts, str(session.scalar(past))])

"""Who was there, and for how long: worked out anew from all scans, in the order they were made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as DatabaseSession

from services.events.model import CheckIn, CheckInList, Registration, Session, Workshop
from services.events.queries.copies import names_of
from shared.foundation.languages import in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _

HERE: Final = ("confirmed", "attended", "no_show")
Span = tuple[datetime, datetime]


@dataclass
class Attendance:
    """One person's at one workshop. hours: within what the lists count over; each moment once."""

    registration: Registration
    first_in: datetime | None = None
    last_out: datetime | None = None
    hours: float = 0.0
    is_in: bool = False
    scans: int = 0
    by_list: dict[UUID | None, float] = field(default_factory=dict)


def presence(scans: Iterable[tuple[datetime, str]], *, until: datetime) -> list[Span]:
    """From (when, in or out) in any order to the spans of being in.

    Who never went out was in until the end. A second `in` or `out` in a row changes nothing.
    """
    spans: list[Span] = []
    since: datetime | None = None
    for moment, direction in sorted(scans):
        if direction == "in":
            since = since or moment
        elif since is not None:
            spans.append((since, moment))
            since = None
    if since is not None and since < until:
        spans.append((since, until))
    return spans


def hours_within(spans: Iterable[Span], bounds: Iterable[Span]) -> float:
    """Hours of the spans that lie within the bounds; a moment counts once, however often named."""
    pieces = sorted(
        (max(begin, first), min(end, last))
        for begin, end in spans
        for first, last in bounds
        if max(begin, first) < min(end, last)
    )
    total, reached = timedelta(0), None
    for begin, end in pieces:
        start = begin if reached is None else max(begin, reached)
        total += max(end - start, timedelta(0))
        reached = end if reached is None else max(end, reached)
    return round(total.total_seconds() / 3600, 2)


def attendances_of(
    session: DatabaseSession,
    workshop: Workshop,
    registrations: Sequence[Registration],
    *,
    now: datetime,
) -> list[Attendance]:
    """In the order of the registrations, with as many queries as for one."""
    bounds = _bounds_by_list(session, workshop)
    query = (
        select(
            CheckIn.registration_id,
            CheckIn.list_id,
            CheckIn.counts_at,
            CheckIn.direction,
        )
        .where(
            CheckIn.registration_id.in_([each.id for each in registrations]),
            CheckIn.verdict != "refused",
        )
        .order_by(CheckIn.counts_at, CheckIn.id)
    )
    scans: dict[UUID | None, dict[UUID | None, list[tuple[datetime, str]]]] = {}
    for registration_id, list_id, moment, direction in session.execute(query):
        by_list = scans.setdefault(registration_id, {})
        by_list.setdefault(list_id, []).append((moment, direction))
    return [
        _attendance(each, scans.get(each.id, {}), bounds, workshop, now=now)
        for each in registrations
    ]


def _bounds_by_list(session: DatabaseSession, workshop: Workshop) -> dict[UUID | None, Span]:
    whole = (workshop.starts_at, workshop.ends_at)
    bounds: dict[UUID | None, Span] = {None: whole}
    lists = (
        select(CheckInList.id, Session.starts_at, Session.ends_at)
        .outerjoin(Session, Session.id == CheckInList.session_id)
        .where(CheckInList.workshop_id == workshop.id)
    )
    for list_id, starts_at, ends_at in session.execute(lists):
        bounds[list_id] = (starts_at, ends_at) if starts_at else whole
    return bounds


def _attendance(
    registration: Registration,
    scans: dict[UUID | None, list[tuple[datetime, str]]],
    bounds: dict[UUID | None, Span],
    workshop: Workshop,
    *,
    now: datetime,
) -> Attendance:
    found = Attendance(registration)
    counted: list[Span] = []
    for list_id, made in scans.items():
        bound = bounds[list_id]
        spans = presence(made, until=min(now, bound[1]))
        hours = hours_within(spans, [bound])
        found.by_list[list_id] = hours
        counted += [(max(begin, bound[0]), min(end, bound[1])) for begin, end in spans]
        found.scans += len(made)
        ins = [moment for moment, direction in made if direction == "in"]
        outs = [moment for moment, direction in made if direction == "out"]
        found.first_in = min(filter(None, [found.first_in, *ins]), default=None)
        found.last_out = max(filter(None, [found.last_out, *outs]), default=None)
        found.is_in = found.is_in or (max(made)[1] == "in" and now < workshop.ends_at)
    found.hours = hours_within(counted, [(workshop.starts_at, workshop.ends_at)])
    return found


def those_with_a_seat(workshop: Workshop) -> Select[Registration]:
    """Registrations that a door lets in, in no order yet."""
    return select(Registration).where(
        Registration.workshop_id == workshop.id, Registration.state.in_(HERE)
    )


def door_counts(session: DatabaseSession, workshop_id: UUID) -> dict[UUID | None, int]:
    """list id → how many people were let in by it."""
    query = (
        select(CheckIn.list_id, func.count(CheckIn.registration_id.distinct()))
        .where(
            CheckIn.workshop_id == workshop_id,
            CheckIn.verdict == "accepted",
            CheckIn.direction == "in",
        )
        .group_by(CheckIn.list_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def how_many_came(session: DatabaseSession, workshop_id: UUID) -> int:
    """People who were let in at any of the workshop's doors."""
    query = select(func.count()).where(
        Registration.workshop_id == workshop_id, Registration.state == "attended"
    )
    return session.scalar(query) or 0


def attendance_sheet(workshop: Workshop, *, language: str, now: datetime) -> Sheet:
    """Who was there, from when to when, and for how many hours."""
    headings = (
        *(_("Name"), _("Mail address"), _("Organisation"), _("State")),
        *(_("First in"), _("Last out"), _("Hours"), _("Scans"), _("ID")),
    )

    def cells(session: DatabaseSession, rows: Sequence[Registration]) -> Iterable[Sequence[Any]]:
        names = names_of(session, {row.organisation_id for row in rows if row.organisation_id})
        for found in attendances_of(session, workshop, rows, now=now):
            row = found.registration
            body = names.get(row.organisation_id) if row.organisation_id else None
            yield [
                row.name,
                row.email,
                in_language(body, language) or None,
                row.state,
                found.first_in,
                found.last_out,
                found.hours,
                found.scans,
                str(row.id),
            ]

    return Sheet(_("attendance"), headings, cells)

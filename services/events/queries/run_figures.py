"""How runs of courses are filled, by the bodies that their people came through."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from services.events.model import (
    Allotment,
    Certificate,
    Course,
    Nomination,
    Registration,
    ToldRun,
    Workshop,
)
from services.events.queries.attendance import HERE
from shared.contracts.events_courses import RunCount

Figures = tuple[RunCount, ...]
NAMES: Final = ("planned", "seated", "attended", "certified")
BODY: Final = func.coalesce(
    Registration.seat_of, Nomination.organisation_id, Registration.organisation_id
)
"""Whose seat it is; else who named the person; else whom they gave as their own."""


def figures_of(session: Session, workshop_ids: Sequence[UUID]) -> dict[UUID, Figures]:
    """workshop id → a count for each body that has any, by id; those of no body come last."""
    counted: dict[UUID, dict[UUID | None, Counter[str]]] = {each: {} for each in workshop_ids}
    planned = select(Allotment.workshop_id, Allotment.organisation_id, Allotment.seats)
    for query, names in (
        (planned.where(Allotment.workshop_id.in_(workshop_ids)), NAMES[:1]),
        (_people(workshop_ids), NAMES[1:]),
    ):
        for workshop_id, body_id, *counts in session.execute(query):
            if any(counts):
                found = counted[workshop_id].setdefault(body_id, Counter())
                found.update(dict(zip(names, counts, strict=True)))
    return {
        workshop_id: tuple(
            RunCount(organisation_id=body_id, **{name: counts[name] for name in NAMES})
            for body_id, counts in sorted(bodies.items(), key=_by_body)
        )
        for workshop_id, bodies in counted.items()
    }


def _by_body(item: tuple[UUID | None, Any]) -> tuple[bool, str]:
    return item[0] is None, str(item[0])


def _people(workshop_ids: Sequence[UUID]) -> Select[Any, Any, Any, Any, Any]:
    """workshop id, body id, seated, attended, certified."""
    good = (Certificate.registration_id == Registration.id) & (Certificate.state == "issued")
    return (
        select(
            Registration.workshop_id,
            BODY,
            func.sum(case((Registration.state.in_(HERE), 1), else_=0)),
            func.sum(case((Registration.state == "attended", 1), else_=0)),
            func.count(Certificate.id),
        )
        .outerjoin(Nomination, Nomination.id == Registration.nomination_id)
        .outerjoin(Certificate, good)
        .where(Registration.workshop_id.in_(workshop_ids))
        .group_by(Registration.workshop_id, BODY)
    )


def total_of(figures: Figures) -> dict[str, int]:
    """Of all bodies together."""
    return {name: sum(getattr(each, name) for each in figures) for name in NAMES}


def marks_of(
    session: Session, *, ended_after: datetime | None = None, only: UUID | None = None
) -> dict[UUID, tuple[str, str | None]]:
    """workshop id → (a mark by the versions of all that is counted, the mark when last told).

    ended_after: of runs that were not over by then. only: of that one.
    """
    wanted: list[ColumnElement[bool]] = [Workshop.course_id.is_not(None)]
    wanted += [Workshop.ends_at > ended_after] if ended_after is not None else []
    wanted += [Workshop.id == only] if only is not None else []
    sums = []
    for kind in (Allotment, Registration, Certificate):
        counted: Any = kind
        query = (
            select(counted.workshop_id, func.count(), func.sum(counted.version))
            .join(Workshop, Workshop.id == counted.workshop_id)
            .where(*wanted)
            .group_by(counted.workshop_id)
        )
        sums.append({row[0]: f"{row[1]}:{row[2]}" for row in session.execute(query)})
    runs = (
        select(Workshop.id, Workshop.version, Course.version, ToldRun.mark)
        .join(Course, Course.id == Workshop.course_id)
        .outerjoin(ToldRun, ToldRun.workshop_id == Workshop.id)
        .where(*wanted)
    )
    return {
        run_id: (
            " ".join([str(version), str(course_version), *(each.get(run_id, "") for each in sums)]),
            kept,
        )
        for run_id, version, course_version, kept in session.execute(runs)
    }


def runs_after(
    session: Session, after: UUID | None, *, limit: int
) -> list[tuple[Workshop, Course, ToldRun | None]]:
    """The next runs by id, with what was last told of each."""
    query = (
        select(Workshop, Course, ToldRun)
        .join(Course, Course.id == Workshop.course_id)
        .outerjoin(ToldRun, ToldRun.workshop_id == Workshop.id)
        .order_by(Workshop.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Workshop.id > after)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]

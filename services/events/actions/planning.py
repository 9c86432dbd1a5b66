"""From a gap to seats: a draft run of a course, its seats shared out by what bodies need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.allotting import allot
from services.events.actions.scheduling import create_workshop
from services.events.actions.training import set_run_trainers
from services.events.model import Course, Workshop
from services.events.queries.copies import require_organisation

DEFAULTS: Final[Mapping[str, Any]] = {
    "opens_at": None,
    "closes_at": None,
    "nominate_by": None,
    "confirm_by": None,
    "substitute_by": None,
    "proposal_id": None,
    "mode": "open",
    "form": [],
}


@dataclass(frozen=True)
class Need:
    """A body needs so many of its people taught."""

    organisation_id: UUID
    headcount: int


def share_seats(headcounts: Sequence[int], capacity: int) -> list[int]:
    """Seats for each, never more than it needs, nor more than there are in all.

    In proportion by largest remainder (Hamilton); the earlier one has a tie. Where there are
    seats enough, each has one at least.
    """
    total = sum(headcounts)
    if total <= capacity:
        return list(headcounts)
    quotas = [Fraction(each * capacity, total) for each in headcounts]
    seats = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda at: seats[at] - quotas[at])
    for at in by_remainder[: capacity - sum(seats)]:
        seats[at] += 1
    if len(headcounts) > capacity:
        return seats
    for at, _ in enumerate(seats):
        if headcounts[at] and not seats[at]:
            givers = [each for each, count in enumerate(seats) if count > 1]
            seats[max(givers, key=lambda each: seats[each] - quotas[each])] -= 1
            seats[at] = 1
    return seats


def plan_run(
    session: Session,
    course: Course,
    values: Mapping[str, Any],
    needs: Sequence[Need],
    *,
    actor: str,
    now: datetime,
) -> Workshop:
    """A draft run of the course with an allotment for each body that needs seats.

    values: columns of the workshop, at least its times, time_zone, venue and capacity; titles
    and visibility are else the course's; release_at of the allotments; trainer_ids.
    Raises Invalid for an unknown body, a retired course, times that don't fit.
    """
    wanted = _together(session, needs)
    columns = dict(values)
    release_at, trainer_ids = columns.pop("release_at"), columns.pop("trainer_ids")
    columns["titles"] = columns.get("titles") or dict(course.names)
    columns |= {"kind": "course_run", "host_id": course.host_id, "course_id": course.id}
    columns |= {"summary": dict(course.texts), "visibility": course.visibility}
    columns["languages"] = list(columns["titles"])
    capacity = columns["capacity"] = columns["capacity"] or sum(wanted.values()) or None
    made = create_workshop(session, {**DEFAULTS, **columns}, actor=actor, now=now)
    set_run_trainers(session, made, trainer_ids)
    seats = share_seats(list(wanted.values()), capacity or 0)
    for body_id, count in zip(wanted, seats, strict=True):
        if count:
            allot(
                session,
                made,
                body_id,
                seats=count,
                alternates=0,
                release_at=release_at,
                now=now,
            )
    session.flush()
    return made


def _together(session: Session, needs: Sequence[Need]) -> dict[UUID, int]:
    """body id → heads in all, in the order given."""
    found: dict[UUID, int] = {}
    for place, need in enumerate(needs):
        require_organisation(session, need.organisation_id, f"/needs/{place}/organisation_id")
        found[need.organisation_id] = found.get(need.organisation_id, 0) + need.headcount
    return found

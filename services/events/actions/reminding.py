"""Reminding bodies of seats that nobody is named for, before these go back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from services.events.model import Allotment, SeatReminder, Workshop
from services.events.model.reminder import DAYS
from services.events.queries.copies import organisation_names
from shared.contracts.events_allotments import SeatsUnused
from shared.foundation.reminders import due_reminder
from shared.messaging.outbox import tell

LONGEST: Final = timedelta(days=max(DAYS) + 1)
"""From the earliest reminder to when the seats go back."""


@dataclass(frozen=True)
class Due:
    """A body that is to be reminded, so many days before its seats go back."""

    allotment: Allotment
    until: datetime
    days: int


def remind_bodies(session: Session, workshop_id: UUID, *, now: datetime) -> int:
    """Tell SeatsUnused of each body that is due and was not reminded. Answers how many."""
    workshop = session.get(Workshop, workshop_id, with_for_update={"key_share": True})
    if workshop is None:
        return 0
    due = list(_due(session, Allotment.workshop_id == workshop_id, now=now))
    for each in due:
        body_id = each.allotment.organisation_id
        about = {"workshop_id": workshop_id, "organisation_id": body_id}
        session.add(SeatReminder(**about, until=each.until, days=each.days, told_at=now))
        told = SeatsUnused(
            **about,
            organisation_names=organisation_names(session, body_id),
            seats=each.allotment.unused,
            until=each.until,
            days=each.days,
        )
        tell(session, told, now=now)
    return len(due)


def workshops_to_remind_of(session: Session, *, now: datetime) -> list[UUID]:
    """Workshops to come where a body is due that has seats which it will lose."""
    return sorted({each.allotment.workshop_id for each in _due(session, now=now)})


def _due(session: Session, *only: ColumnElement[bool], now: datetime) -> Iterator[Due]:
    until = _until()
    given = (
        select(func.min(SeatReminder.days))
        .where(
            SeatReminder.workshop_id == Allotment.workshop_id,
            SeatReminder.organisation_id == Allotment.organisation_id,
            SeatReminder.until == until,
        )
        .scalar_subquery()
    )
    query = (
        select(Allotment, Workshop.time_zone, until, given)
        .join(Workshop, Workshop.id == Allotment.workshop_id)
        .where(
            Workshop.state.in_(("published", "closed")),
            Workshop.starts_at > now,
            Allotment.released_at.is_(None),
            Allotment.used < Allotment.seats,
            until > now,
            until <= now + LONGEST,
            *only,
        )
    )
    for allotment, time_zone, moment, last in session.execute(query):
        days = due_reminder(moment, DAYS, time_zone, now=now)
        if days is not None and (last is None or days < last):
            yield Due(allotment, moment, days)


def _until() -> ColumnElement[datetime]:
    """When a body's unused seats go back, or nobody can be named for them any more."""
    released, named = Allotment.release_at, Workshop.nominate_by
    return case(
        (released.is_(None), named),
        (named.is_(None), released),
        (released < named, released),
        else_=named,
    )

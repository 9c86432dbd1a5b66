"""Reminding bodies of seats that nobody is named for, before these go back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.model import Allotment, SeatReminder, Workshop
from services.events.model.reminder import DAYS
from services.events.queries.copies import organisation_names
from shared.contracts.events_allotments import SeatsUnused
from shared.foundation.reminders import due_reminder
from shared.messaging.outbox import tell


def remind_bodies(session: Session, workshop_id: UUID, *, now: datetime) -> int:
    """Tell SeatsUnused of each body that is due and was not reminded. Answers how many."""
    workshop = session.get(Workshop, workshop_id, with_for_update={"key_share": True})
    if workshop is None:
        return 0
    query = select(Allotment).where(
        Allotment.workshop_id == workshop_id,
        Allotment.released_at.is_(None),
        Allotment.used < Allotment.seats,
    )
    return sum(_remind(session, workshop, each, now=now) for each in session.scalars(query))


def _remind(session: Session, workshop: Workshop, allotment: Allotment, *, now: datetime) -> bool:
    ends = [each for each in (allotment.release_at, workshop.nominate_by) if each is not None]
    until = min(ends, default=None)
    days = due_reminder(until, DAYS, workshop.time_zone, now=now) if until is not None else None
    if until is None or days is None:
        return False
    asked = select(SeatReminder.days).where(
        SeatReminder.workshop_id == workshop.id,
        SeatReminder.organisation_id == allotment.organisation_id,
        SeatReminder.until == until,
        SeatReminder.days <= days,
    )
    if session.scalar(asked.limit(1)) is not None:
        return False
    key = {"workshop_id": workshop.id, "organisation_id": allotment.organisation_id}
    session.add(SeatReminder(**key, until=until, days=days, told_at=now))
    told = SeatsUnused(
        **key,
        organisation_names=organisation_names(session, allotment.organisation_id),
        seats=allotment.unused,
        until=until,
        days=days,
    )
    tell(session, told, now=now)
    return True


def workshops_to_remind_of(session: Session, *, now: datetime) -> list[UUID]:
    """Published workshops where bodies have seats that they will lose."""
    query = (
        select(Workshop.id)
        .join(Allotment, Allotment.workshop_id == Workshop.id)
        .where(
            Workshop.state == "published",
            Workshop.starts_at > now,
            Allotment.released_at.is_(None),
            Allotment.used < Allotment.seats,
            or_(Allotment.release_at > now, Workshop.nominate_by > now),
        )
    )
    return list(session.scalars(query.distinct().order_by(Workshop.id)))

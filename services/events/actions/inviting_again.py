"""The people of a workshop that was copied: they are invited once the copy is published."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.events.actions.allotting import allot
from services.events.actions.inviting import Invitee, invite_many
from services.events.model import Allotment, CopiedPeople, Registration, Workshop
from services.events.model.erased import NOBODY
from services.events.queries.attendance import those_with_a_seat

AT_ONCE: Final = 200
TIMER: Final = "timer"


def copy_people(
    session: Session, workshop: Workshop, made: Workshop, *, moved_by: timedelta, now: datetime
) -> None:
    """Give bodies the same seats, and note whom to invite; nobody where bodies nominate."""
    query = select(Allotment).where(Allotment.workshop_id == workshop.id, Allotment.seats > 0)
    for each in session.scalars(query.order_by(Allotment.organisation_id)).all():
        release_at = each.release_at + moved_by if each.release_at else None
        allot(
            session,
            made,
            each.organisation_id,
            seats=each.seats,
            alternates=each.alternates,
            release_at=release_at if release_at and release_at > now else None,
            now=now,
        )
    if made.mode != "nomination":
        session.add(CopiedPeople(workshop_id=made.id, source_id=workshop.id, after=None))
        session.flush()


def people_to_invite(session: Session, workshop_id: UUID) -> int:
    """How many a copy still has to invite."""
    found = session.get(CopiedPeople, workshop_id)
    if found is None:
        return 0
    left = _left(session, found).with_only_columns(func.count()).order_by(None)
    return session.scalar(left) or 0


def copies_to_invite_for(session: Session, *, now: datetime) -> list[UUID]:
    """Those that are published, and those where nobody can register any more."""
    query = select(CopiedPeople.workshop_id).join(Workshop, Workshop.id == CopiedPeople.workshop_id)
    is_due = (Workshop.state != "draft") | (Workshop.starts_at <= now)
    return list(session.scalars(query.where(is_due).order_by(CopiedPeople.workshop_id)))


def invite_next(session: Session, workshop_id: UUID, *, now: datetime) -> bool:
    """Invite the next of a copy's people; whether there are more."""
    found = session.get(CopiedPeople, workshop_id, with_for_update=True)
    if found is None:
        return False
    workshop = session.get_one(Workshop, workshop_id)
    if workshop.state == "postponed":
        return False
    is_open = workshop.state == "published" and workshop.registration_ends_at > now
    people = list(session.scalars(_left(session, found).limit(AT_ONCE))) if is_open else []
    if people:
        invitees = [
            Invitee(name=each.name, email=each.email, locale=each.locale, person_id=each.person_id)
            for each in people
        ]
        invite_many(
            session, workshop, invitees, expires_at=None, is_dry_run=False, actor=TIMER, now=now
        )
        found.after = people[-1].id
    if len(people) < AT_ONCE:
        session.delete(found)
    return len(people) == AT_ONCE


def _left(session: Session, found: CopiedPeople) -> Select[Registration]:
    source = session.get_one(Workshop, found.source_id)
    query = those_with_a_seat(source).where(~Registration.email.endswith(NOBODY))
    if found.after is not None:
        query = query.where(Registration.id > found.after)
    return query.order_by(Registration.id)

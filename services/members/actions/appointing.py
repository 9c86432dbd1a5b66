"""Affiliations and appointments: who works where, and who speaks for whom."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.failures import AlreadyThere, WrongState
from services.members.actions.granting import grant, revoke_grant
from services.members.actions.recording import lock, record
from services.members.model import Affiliation, Appointment, Organisation, Person, RoleGrant
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

# A day begins first at UTC+14 and ends last at UTC−12.
EARLIEST: Final = timedelta(hours=14)
LATEST: Final = timedelta(hours=12)


def affiliate(
    session: Session,
    person: Person,
    organisation: Organisation,
    *,
    title: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    actor: str,
    now: datetime,
) -> Affiliation:
    """The person works there. Tells AffiliationRecorded."""
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid.at("/to", "It can't end before it starts.")
    made = Affiliation(
        id=new_id(),
        version=1,
        person_id=person.id,
        organisation_id=organisation.id,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        ended_at=None,
    )
    session.add(made)
    record(session, made, "affiliated", before=None, actor=actor, now=now)
    tell(session, made.told(), now=now)
    return made


def end_affiliation(
    session: Session, found: Affiliation, *, actor: str, now: datetime, reason: str = ""
) -> Affiliation:
    """The person no longer works there, from now on. Twice is once."""
    lock(session, found)
    if found.ended_at is not None:
        return found
    today = now.date()
    found.ended_at = now
    found.ends_on = min(found.ends_on or today, today)
    if found.starts_on:
        found.ends_on = max(found.ends_on, found.starts_on)
    found.version += 1
    record(session, found, "ended", before="affiliated", actor=actor, now=now, reason=reason)
    tell(session, found.told(), now=now)
    return found


def appoint(
    session: Session,
    person: Person,
    organisation: Organisation,
    role: str,
    *,
    starts_on: date,
    ends_on: date | None = None,
    actor: str,
    now: datetime,
) -> Appointment:
    """The person holds the office. Tells AppointmentRecorded.

    A focal point is granted the organisation and what is below it, for the same term.
    Raises AlreadyThere while they hold it, Invalid for a term that is over.
    """
    _require_term(starts_on, ends_on, now=now)
    _require_single(session, person, organisation, role, today=now.date())
    granted = None
    if role == "focal_point":
        granted = _grant_for_term(
            session, person, organisation, starts_on, ends_on, actor=actor, now=now
        )
    made = Appointment(
        id=new_id(),
        version=1,
        person_id=person.id,
        organisation_id=organisation.id,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        ended_at=None,
        substituted_by=None,
        grant_id=granted.id if granted else None,
    )
    session.add(made)
    record(session, made, "appointed", before=None, actor=actor, now=now)
    tell(session, made.told(), now=now)
    return made


def _require_term(starts_on: date, ends_on: date | None, *, now: datetime) -> None:
    if ends_on is None:
        return
    if ends_on < starts_on:
        raise Invalid.at("/to", "It can't end before it starts.")
    if ends_on < now.date() - timedelta(days=1):
        raise Invalid.at("/to", "This term is over already.")


def _require_single(
    session: Session, person: Person, organisation: Organisation, role: str, *, today: date
) -> None:
    query = select(Appointment.id).where(
        Appointment.person_id == person.id,
        Appointment.organisation_id == organisation.id,
        Appointment.role == role,
        Appointment.is_live_on(today),
    )
    if session.scalars(query).first() is not None:
        raise AlreadyThere("They hold this office already.")


def _grant_for_term(
    session: Session,
    person: Person,
    organisation: Organisation,
    starts_on: date,
    ends_on: date | None,
    *,
    actor: str,
    now: datetime,
) -> RoleGrant:
    midnight = time(tzinfo=UTC)
    last = ends_on + timedelta(days=1) if ends_on else None
    return grant(
        session,
        person,
        Role.FOCAL_POINT,
        organisation.id,
        subtree=True,
        starts_at=datetime.combine(starts_on, midnight) - EARLIEST,
        expires_at=datetime.combine(last, midnight) + LATEST if last else None,
        actor=actor,
        now=now,
    )


def end_appointment(
    session: Session, found: Appointment, *, actor: str, now: datetime, reason: str = ""
) -> Appointment:
    """The person no longer holds the office, from now on, nor its grant. Twice is once."""
    lock(session, found)
    if found.ended_at is not None:
        return found
    today = now.date()
    found.ended_at = now
    found.ends_on = max(found.starts_on, min(found.ends_on or today, today))
    found.version += 1
    record(session, found, "ended", before="appointed", actor=actor, now=now, reason=reason)
    tell(session, found.told(), now=now)
    if found.grant_id is not None:
        granted = session.get_one(RoleGrant, found.grant_id)
        revoke_grant(session, granted, actor=actor, now=now, reason=reason)
    return found


def substitute(
    session: Session,
    found: Appointment,
    person: Person,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Appointment:
    """Another person holds the office for the rest of its term. Answers the new appointment."""
    lock(session, found)
    if found.ended_at is not None:
        raise WrongState("This appointment has ended; make a new one.")
    today, ends_on = now.date(), found.ends_on
    if ends_on is not None and ends_on < today:
        raise WrongState("The term of this appointment is over; make a new one.")
    made = appoint(
        session,
        person,
        session.get_one(Organisation, found.organisation_id),
        found.role,
        starts_on=max(found.starts_on, today),
        ends_on=ends_on,
        actor=actor,
        now=now,
    )
    end_appointment(session, found, actor=actor, now=now, reason=reason or "substituted")
    found.substituted_by = made.id
    return made

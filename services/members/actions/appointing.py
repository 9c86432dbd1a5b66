"""Affiliations and appointments: who works where, and who speaks for whom."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.failures import AlreadyThere
from services.members.actions.granting import Power, grant, require_holding, revoke_grant
from services.members.actions.recording import lock, record
from services.members.model import Affiliation, Appointment, Organisation, Person, RoleGrant
from shared.days import day_of
from shared.foundation.failures import Invalid
from shared.foundation.identities import Asker, Role
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

# A day begins first at UTC+14 and ends last at UTC−12.
EARLIEST: Final = timedelta(hours=14)
LATEST: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Ties:
    """What a new appointment is tied to: the seat that it is for, the one that it takes the
    place of, and the one that goes on beside it."""

    seat_id: UUID | None = None
    instead_of: UUID | None = None
    substitutes_for: UUID | None = None


ALONE: Final = Ties()


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
    today = day_of(session, now)
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
    ties: Ties = ALONE,
    actor: str,
    now: datetime,
) -> Appointment:
    """The person holds the office, or sits on the seat. Tells AppointmentRecorded.

    A focal point is granted the organisation and what is below it, for the same term.
    Raises AlreadyThere where they hold it at that time, or where there is another head of
    delegation; Invalid for a term that is over.
    """
    _require_term(starts_on, ends_on, today=day_of(session, now))
    term: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on}
    _require_single(session, person, organisation, role, seat_id=ties.seat_id, **term)
    if role == "head_of_delegation" and ties.substitutes_for is None:
        _require_one_head(session, organisation, starts_on, ends_on, but=ties.instead_of)
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
        substitutes_for=ties.substitutes_for,
        seat_id=ties.seat_id,
    )
    session.add(made)
    record(session, made, "appointed", before=None, actor=actor, now=now)
    tell(session, made.told(), now=now)
    return made


def _require_term(starts_on: date, ends_on: date | None, *, today: date) -> None:
    if ends_on is None:
        return
    if ends_on < starts_on:
        raise Invalid.at("/to", "It can't end before it starts.")
    if ends_on < today - timedelta(days=1):
        raise Invalid.at("/to", "This term is over already.")


def _require_single(
    session: Session,
    person: Person,
    organisation: Organisation,
    role: str,
    *,
    seat_id: UUID | None,
    starts_on: date,
    ends_on: date | None,
) -> None:
    query = select(Appointment.id).where(
        Appointment.person_id == person.id,
        Appointment.organisation_id == organisation.id,
        Appointment.role == role,
        Appointment.seat_id == seat_id,
        Appointment.meets(starts_on, ends_on),
    )
    if session.scalars(query).first() is not None:
        raise AlreadyThere("They hold this office at that time already.")


def _require_one_head(
    session: Session,
    organisation: Organisation,
    starts_on: date,
    ends_on: date | None,
    *,
    but: UUID | None,
) -> None:
    """An organisation has one head of delegation at a time; whoever stands in does not count."""
    lock(session, organisation)
    query = select(Appointment.id).where(
        Appointment.organisation_id == organisation.id,
        Appointment.role == "head_of_delegation",
        Appointment.substitutes_for.is_(None),
        Appointment.id != (but or organisation.id),
        Appointment.meets(starts_on, ends_on),
    )
    if session.scalars(query).first() is not None:
        raise AlreadyThere(
            "There is a head of delegation for this time; end or substitute that appointment."
        )


def end_of(last_day: date | None) -> datetime | None:
    """The instant at which the day is over everywhere on earth."""
    if last_day is None:
        return None
    return datetime.combine(last_day + timedelta(days=1), time(tzinfo=UTC)) + LATEST


def require_power(
    session: Session,
    asker: Asker,
    role: str,
    organisation_id: UUID,
    *,
    ends_on: date | None,
    now: datetime,
) -> None:
    """Raise NotHeld for a focal point's appointment unless the asker has its grant as long."""
    if role == "focal_point":
        power = Power(Role.FOCAL_POINT, organisation_id, until=end_of(ends_on))
        require_holding(session, asker, power, now=now)


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
    return grant(
        session,
        person,
        Role.FOCAL_POINT,
        organisation.id,
        subtree=True,
        starts_at=datetime.combine(starts_on, time(tzinfo=UTC)) - EARLIEST,
        expires_at=end_of(ends_on),
        actor=actor,
        now=now,
    )


def end_appointment(
    session: Session, found: Appointment, *, actor: str, now: datetime, reason: str = ""
) -> Appointment:
    """The person no longer holds the office, from now on, nor its grant. Twice is once.

    Whoever stands in for them ends with them.
    """
    lock(session, found)
    if found.ended_at is not None:
        return found
    today = day_of(session, now)
    found.ended_at = now
    found.ends_on = max(found.starts_on, min(found.ends_on or today, today))
    found.version += 1
    record(session, found, "ended", before="appointed", actor=actor, now=now, reason=reason)
    tell(session, found.told(), now=now)
    if found.grant_id is not None:
        granted = session.get_one(RoleGrant, found.grant_id)
        revoke_grant(session, granted, actor=actor, now=now, reason=reason)
    stand_ins = select(Appointment).where(
        Appointment.substitutes_for == found.id, Appointment.ended_at.is_(None)
    )
    for each in list(session.scalars(stand_ins)):
        end_appointment(session, each, actor=actor, now=now, reason=reason)
    return found

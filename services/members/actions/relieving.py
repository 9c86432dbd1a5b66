"""Relieving: another person takes an office over, or stands in for a time; terms that end."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.appointing import LATEST, Ties, appoint, end_appointment
from services.members.actions.failures import AlreadyThere, WrongState
from services.members.actions.lasting import DUE
from services.members.actions.recording import lock, record
from services.members.model import Appointment, Organisation, Person
from shared.days import day_of
from shared.foundation.failures import Invalid
from shared.foundation.sentences import said
from shared.messaging.outbox import tell


def _require_live(session: Session, found: Appointment, today: date) -> None:
    lock(session, found)
    if found.ended_at is not None:
        raise WrongState("This appointment has ended; make a new one.")
    if found.ends_on is not None and found.ends_on < today:
        raise WrongState("The term of this appointment is over; make a new one.")


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
    today, ends_on = day_of(session, now), found.ends_on
    _require_live(session, found, today)
    made = appoint(
        session,
        person,
        session.get_one(Organisation, found.organisation_id),
        found.role,
        starts_on=max(found.starts_on, today),
        ends_on=ends_on,
        ties=Ties(found.seat_id, found.id, found.substitutes_for),
        actor=actor,
        now=now,
    )
    end_appointment(session, found, actor=actor, now=now, reason=reason or "substituted")
    found.substituted_by = made.id
    return made


def stand_in(
    session: Session,
    found: Appointment,
    person: Person,
    *,
    starts_on: date,
    ends_on: date,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Appointment:
    """Another person holds the office beside its holder, who is away, until a day.

    Answers the new appointment. Raises Invalid for days outside of the holder's term, AlreadyThere
    while somebody stands in already.
    """
    _require_live(session, found, day_of(session, now))
    if found.substitutes_for is not None:
        raise WrongState("This person stands in themselves; substitute the holder.")
    if starts_on < found.starts_on:
        raise Invalid.at(
            "/from", said("The holder's term begins on %(starts_on)s.", starts_on=found.starts_on)
        )
    if found.ends_on is not None and ends_on > found.ends_on:
        raise Invalid.at(
            "/to", said("The holder's term ends on %(ends_on)s.", ends_on=found.ends_on)
        )
    _require_alone(session, found, starts_on, ends_on)
    made = appoint(
        session,
        person,
        session.get_one(Organisation, found.organisation_id),
        found.role,
        starts_on=starts_on,
        ends_on=ends_on,
        ties=Ties(found.seat_id, substitutes_for=found.id),
        actor=actor,
        now=now,
    )
    record(
        session,
        found,
        "substituted",
        before="appointed",
        actor=actor,
        now=now,
        reason=reason,
    )
    return made


def _require_alone(session: Session, found: Appointment, starts_on: date, ends_on: date) -> None:
    query = select(Appointment.id).where(
        Appointment.substitutes_for == found.id,
        Appointment.meets(starts_on, ends_on),
    )
    if session.scalars(query).first() is not None:
        raise AlreadyThere("Somebody stands in at that time already; end that first.")


def end_terms(session: Session, *, now: datetime, at_once: int = 500) -> int:
    """End the appointments whose last day is over everywhere on earth, as their grants are.

    Tells AppointmentRecorded. Answers how many were ended; ask again while it is `at_once`.
    """
    over = (now - LATEST).date()
    query = select(Appointment).where(Appointment.ended_at.is_(None), Appointment.ends_on < over)
    query = query.order_by(Appointment.id).limit(at_once)
    found = list(session.scalars(query.with_for_update(skip_locked=True)))
    for each in found:
        each.ended_at = now
        each.version += 1
        record(session, each, "ended", before="appointed", actor="timer", now=now, reason=DUE)
        tell(session, each.told(), now=now)
    return len(found)

"""Committees and working groups: founding them, their seats, and who sits there."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.appointing import Ties, appoint, end_appointment
from services.members.actions.failures import AlreadyThere, WrongState
from services.members.actions.recording import lock, record
from services.members.model import Appointment, Body, Organisation, Person, Seat
from services.members.model.appointment import SEAT
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id


def found_body(
    session: Session,
    organisation: Organisation,
    kind: str,
    names: Mapping[str, str],
    *,
    actor: str,
    now: datetime,
) -> Body:
    """The organisation has a committee or working group."""
    made = Body(
        id=new_id(),
        version=1,
        organisation_id=organisation.id,
        kind=kind,
        names=dict(names),
        created_at=now,
        dissolved_at=None,
    )
    session.add(made)
    record(session, made, "recorded", before=None, actor=actor, now=now)
    return made


def rename_body(
    session: Session, body: Body, names: Mapping[str, str], *, actor: str, now: datetime
) -> Body:
    """It has other names. The caller has locked it."""
    _require_alive(body)
    if names != body.names:
        body.names = dict(names)
        body.version += 1
        record(session, body, "changed", before="recorded", actor=actor, now=now)
    return body


def dissolve_body(
    session: Session, body: Body, *, actor: str, now: datetime, reason: str = ""
) -> Body:
    """It is no more: its seats go, and whoever sits there sits there no more. Twice is once."""
    lock(session, body)
    if body.dissolved_at is None:
        body.dissolved_at = now
        body.version += 1
        record(session, body, "ended", before="recorded", actor=actor, now=now, reason=reason)
        seats = select(Seat).where(Seat.body_id == body.id, Seat.removed_at.is_(None))
        for seat in list(session.scalars(seats)):
            remove_seat(session, seat, actor=actor, now=now, reason=reason)
    return body


def _require_alive(body: Body) -> None:
    if body.dissolved_at is not None:
        raise WrongState("This body was dissolved; found a new one.")


def add_seat(
    session: Session,
    body: Body,
    role: str,
    organisation_id: UUID | None,
    *,
    actor: str,
    now: datetime,
) -> Seat:
    """The body has one seat more. organisation_id: whose it is; None: the body's own.

    Raises AlreadyThere for a second chair.
    """
    lock(session, body)
    _require_alive(body)
    chairs = select(Seat.id).where(
        Seat.body_id == body.id, Seat.role == "chair", Seat.removed_at.is_(None)
    )
    if role == "chair" and session.scalars(chairs).first() is not None:
        raise AlreadyThere("This body has a chair's seat already.")
    made = Seat(
        id=new_id(),
        version=1,
        body_id=body.id,
        role=role,
        organisation_id=organisation_id,
        created_at=now,
        removed_at=None,
    )
    session.add(made)
    record(session, made, "recorded", before=None, actor=actor, now=now)
    return made


def remove_seat(
    session: Session, seat: Seat, *, actor: str, now: datetime, reason: str = ""
) -> Seat:
    """The seat is no more, and whoever sits there sits there no more. Twice is once."""
    lock(session, seat)
    if seat.removed_at is None:
        seat.removed_at = now
        seat.version += 1
        record(session, seat, "removed", before="recorded", actor=actor, now=now, reason=reason)
        for holder in holders_of(session, seat):
            end_appointment(session, holder, actor=actor, now=now, reason=reason)
    return seat


def holders_of(session: Session, seat: Seat) -> list[Appointment]:
    """Those who sit there or will, and those who stand in."""
    query = select(Appointment).where(
        Appointment.seat_id == seat.id, Appointment.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(Appointment.starts_on)))


def fill_seat(
    session: Session,
    seat: Seat,
    person: Person,
    *,
    starts_on: date,
    ends_on: date | None,
    actor: str,
    now: datetime,
) -> Appointment:
    """The person sits there. Tells AppointmentRecorded. Raises AlreadyThere while it is taken."""
    lock(session, seat)
    body = session.get_one(Body, seat.body_id)
    _require_alive(body)
    if seat.removed_at is not None:
        raise WrongState("This seat was removed.")
    if ends_on is not None and ends_on < starts_on:
        raise Invalid.at("/to", "It can't end before it starts.")
    taken = select(Appointment.id).where(
        Appointment.seat_id == seat.id,
        Appointment.substitutes_for.is_(None),
        Appointment.meets(starts_on, ends_on),
    )
    if session.scalars(taken).first() is not None:
        raise AlreadyThere("Somebody sits there at that time; end or substitute that first.")
    place = session.get_one(Organisation, seat.organisation_id or body.organisation_id)
    return appoint(
        session,
        person,
        place,
        SEAT,
        starts_on=starts_on,
        ends_on=ends_on,
        ties=Ties(seat.id),
        actor=actor,
        now=now,
    )

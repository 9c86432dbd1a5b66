"""A nominee gets the seat; an alternate is called up where a nominee leaves one."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.attending import Attendee, new_registration
from services.events.actions.heads import HEAD, tell_head_left
from services.events.actions.leaving import find_live, leave
from services.events.actions.recording import move, record
from services.events.actions.seats import find_allotment
from services.events.model import Allotment, Nomination, Registration, SeatLedger, Workshop
from services.events.model.erased import is_erased
from services.events.queries.copies import organisation_names
from shared.contracts.events import RegistrationConfirmed
from shared.contracts.events_allotments import AlternateCalledUp
from shared.messaging.outbox import tell

CALLED_UP: Final = "called up"


def seat_nominee(
    session: Session,
    workshop: Workshop,
    nomination: Nomination,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Registration:
    """Register the nominee in a seat that was just taken off the ledger's held or allotted.

    A registration of their own, in whatever state, gives back what it had and becomes this one.
    """
    registration = find_live(session, workshop.id, nomination.email, nomination.name)
    if registration is None:
        attendee = Attendee(
            name=nomination.name,
            email=nomination.email,
            locale=nomination.locale,
            organisation_id=nomination.organisation_id,
            person_id=nomination.person_id,
        )
        registration = new_registration(workshop.id, attendee, state="confirmed", now=now)
        session.add(registration)
        record(session, registration, before=None, actor=actor, now=now)
    else:
        leave(
            session,
            registration,
            ledger,
            state="confirmed",
            actor=actor,
            now=now,
            reason="nominated",
        )
    registration.nomination_id = nomination.id
    registration.seat_of = nomination.organisation_id
    ledger.confirmed += 1
    move(session, nomination, "registered", actor=actor, now=now, reason=reason)
    tell(session, RegistrationConfirmed(registration=registration.told_as()), now=now)
    return registration


def find_first_alternate(session: Session, nomination: Nomination) -> Nomination | None:
    """Of the nomination's body, the alternate who was named first of those who have confirmed."""
    query = select(Nomination).where(
        Nomination.workshop_id == nomination.workshop_id,
        Nomination.organisation_id == nomination.organisation_id,
        Nomination.role == "alternate",
        Nomination.state == "confirmed",
    )
    return session.scalars(query.order_by(Nomination.id).limit(1)).one_or_none()


def call_up(
    session: Session, workshop: Workshop, ledger: SeatLedger, gone: Nomination, *, now: datetime
) -> Nomination | None:
    """Register the body's first alternate in the seat that somebody has just left, if it may.

    The ledger is locked and the line is not driven yet: the body's alternates come before it.
    Nobody is called up once substitutes are too late, or where the seat went back to the pool.
    Whoever is called up is a member, after the head too: the body chooses who heads it.
    Tells RegistrationConfirmed and AlternateCalledUp, and HeadLeft where the head has left.
    """
    if workshop.state not in ("published", "closed") or workshop.starts_at <= now:
        return None
    alternate = _find_who_may_come(session, workshop, gone, now=now)
    if alternate is not None:
        _seat_alternate(session, workshop, ledger, gone, alternate, now=now)
    tell_head_left(session, workshop, gone, alternate, now=now)
    return alternate


def _find_who_may_come(
    session: Session, workshop: Workshop, gone: Nomination, *, now: datetime
) -> Nomination | None:
    if workshop.substitute_by is not None and workshop.substitute_by <= now:
        return None
    allotment = find_allotment(session, workshop.id, gone.organisation_id)
    if allotment is None or allotment.unused < 1:
        return None
    return find_first_alternate(session, gone)


def _seat_alternate(
    session: Session,
    workshop: Workshop,
    ledger: SeatLedger,
    gone: Nomination,
    alternate: Nomination,
    *,
    now: datetime,
) -> None:
    allotment = session.get_one(Allotment, (workshop.id, gone.organisation_id))
    allotment.used += 1
    allotment.version += 1
    ledger.allotted -= 1
    alternate.has_seat, alternate.role = True, "member"
    gone.substituted_by = alternate.id
    seat_nominee(session, workshop, alternate, ledger, actor="timer", now=now, reason=CALLED_UP)
    names = organisation_names(session, alternate.organisation_id)
    left = "" if is_erased(gone.email) else gone.name
    told = AlternateCalledUp(
        nomination=alternate.told_as(names), instead_of=left, was_head=gone.role == HEAD
    )
    tell(session, told, now=now)

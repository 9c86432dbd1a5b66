"""A nominee confirms and so is registered; a body puts somebody else in a nominee's place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.attending import Attendee, new_registration
from services.events.actions.failures import WrongState
from services.events.actions.nominating import (
    Nominee,
    find_registration,
    lock_nomination,
    nominate,
)
from services.events.actions.recording import move, record, require_state
from services.events.actions.registering import find_live, leave
from services.events.actions.waiting_list import drive_line
from services.events.model import Nomination, Registration, SeatLedger, Workshop
from services.events.queries.copies import organisation_names
from shared.contracts.events import (
    NominationConfirmed,
    NominationSubmitted,
    NominationSubstituted,
    RegistrationConfirmed,
)
from shared.foundation.failures import Conflict, Invalid
from shared.messaging.outbox import tell


def confirm(
    session: Session, nomination: Nomination, *, actor: str, now: datetime, reason: str = ""
) -> Nomination:
    """The nominee takes the seat and is registered; an alternate stands by.

    Confirming twice is one. Tells NominationConfirmed and RegistrationConfirmed.
    """
    workshop, ledger, _ = lock_nomination(session, nomination)
    if nomination.state in ("confirmed", "registered"):
        return nomination
    require_state(nomination, "submitted", to="be confirmed")
    move(session, nomination, "confirmed", actor=actor, now=now, reason=reason)
    names = organisation_names(session, nomination.organisation_id)
    tell(session, NominationConfirmed(nomination=nomination.told_as(names)), now=now)
    if nomination.has_seat:
        ledger.held -= 1
        seat_nominee(session, workshop, nomination, ledger, actor=actor, now=now)
        drive_line(session, workshop, ledger, now=now)
    return nomination


def seat_nominee(
    session: Session,
    workshop: Workshop,
    nomination: Nomination,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
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
    move(session, nomination, "registered", actor=actor, now=now)
    tell(session, RegistrationConfirmed(registration=registration.told_as()), now=now)
    return registration


def substitute(
    session: Session,
    nomination: Nomination,
    nominee: Nominee | None,
    *,
    actor: str,
    nominated_by: UUID | None,
    now: datetime,
    reason: str = "",
) -> Nomination:
    """Put another person in the nominee's seat, and answer the new nomination.

    Without a person, the body's first confirmed alternate is called up and is registered.
    Tells NominationSubstituted, and NominationSubmitted or RegistrationConfirmed.
    """
    workshop, ledger, _ = lock_nomination(session, nomination)
    require_state(nomination, "submitted", "confirmed", "registered", to="be substituted")
    if workshop.substitute_by is not None and workshop.substitute_by <= now:
        raise WrongState(f"Nobody can be substituted after {workshop.substitute_by.isoformat()}.")
    had_seat = _vacate(session, nomination, ledger, actor=actor, now=now, reason=reason)
    if nominee is None:
        successor = _get_first_alternate(session, nomination)
    else:
        body_id = nomination.organisation_id
        successor, is_new = nominate(
            session, workshop, body_id, nominee, nominated_by=nominated_by, now=now
        )
        if not is_new and (successor.has_seat or successor.state == "registered"):
            raise Conflict("This person has a seat already.", code="already_nominated")
    nomination.substituted_by = successor.id
    names = organisation_names(session, nomination.organisation_id)
    told = NominationSubstituted(nomination=nomination.told_as(names), by=successor.id)
    tell(session, told, now=now)
    successor.has_seat = had_seat
    _bring_in(session, workshop, successor, ledger, actor=actor, now=now)
    return successor


def _vacate(
    session: Session,
    nomination: Nomination,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
    reason: str,
) -> bool:
    """End the nomination, its seat staying held for the successor; whether it had one."""
    registration = find_registration(session, nomination)
    if registration is not None and registration.state in ("attended", "no_show"):
        raise WrongState(f"{nomination.name} has a place in the attendance; that stays.")
    if registration is not None and registration.state == "confirmed":
        ledger.confirmed -= 1
        ledger.held += 1
        registration.seat_of = None
        move(session, registration, "cancelled", actor=actor, now=now, reason="substituted")
    had_seat, nomination.has_seat = nomination.has_seat, False
    move(session, nomination, "substituted", actor=actor, now=now, reason=reason)
    return had_seat


def _bring_in(
    session: Session,
    workshop: Workshop,
    successor: Nomination,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
) -> None:
    if successor.state == "confirmed" and successor.has_seat:
        ledger.held -= 1
        successor.role = "member"
        seat_nominee(session, workshop, successor, ledger, actor=actor, now=now)
        return
    successor.confirm_by = workshop.starts_at
    move(session, successor, "submitted", actor=actor, now=now, reason="substitute")
    names = organisation_names(session, successor.organisation_id)
    tell(session, NominationSubmitted(nomination=successor.told_as(names)), now=now)


def _get_first_alternate(session: Session, nomination: Nomination) -> Nomination:
    query = select(Nomination).where(
        Nomination.workshop_id == nomination.workshop_id,
        Nomination.organisation_id == nomination.organisation_id,
        Nomination.role == "alternate",
        Nomination.state == "confirmed",
    )
    found = session.scalars(query.order_by(Nomination.id).limit(1)).one_or_none()
    if found is None:
        raise Invalid.at(
            "/person", "Name the person who comes instead; no alternate has confirmed."
        )
    return found

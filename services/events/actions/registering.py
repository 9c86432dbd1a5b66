"""Registering for a workshop, approving, cancelling; and claiming a guest's registrations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.asking import checked_answers
from services.events.actions.attending import Attendee, new_registration
from services.events.actions.calling_up import call_up
from services.events.actions.failures import RegistrationClosed
from services.events.actions.filing import finder_of, keep_files
from services.events.actions.leaving import find_live, leave
from services.events.actions.parties import may_pass, take_place, take_seat
from services.events.actions.recording import move, record, require_state
from services.events.actions.requiring import require_prerequisites
from services.events.actions.seats import lock_ledger
from services.events.actions.waiting_list import (
    drive_line,
    find_open_offer,
    open_offers_of,
    place_of,
    places_of,
)
from services.events.model import Nomination, Offer, Registration, SeatLedger, Workshop
from services.events.queries.copies import organisation_names
from services.events.queries.prerequisites import Learner
from shared.contracts.events import (
    NominationDeclined,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationPending,
    RegistrationQueued,
    RegistrationRejected,
)
from shared.contracts.events_attendance import RegistrationClaimed
from shared.foundation.names import fold_email
from shared.foundation.sentences import said
from shared.messaging.outbox import tell

CANCELLABLE = ("pending", "confirmed", "waiting", "offered")
REASONS = {
    "draft": "This workshop is not published yet.",
    "closed": "Registration for this workshop is closed.",
    "postponed": "This workshop is postponed; registration opens again with its new date.",
    "cancelled": "This workshop is cancelled.",
}


@dataclass(frozen=True)
class Registered:
    """A registration as it is now. place: in line, from 1. is_new: False for a second asking."""

    registration: Registration
    place: int | None = None
    offer: Offer | None = None
    is_new: bool = True


def require_open(workshop: Workshop, *, now: datetime, is_invited: bool = False) -> None:
    """Raise RegistrationClosed, with the reason, when nobody can register now.

    is_invited: by name, which opens what is not open to everyone.
    """
    require_not_over(workshop, now=now)
    if workshop.mode == "nomination":
        raise RegistrationClosed("For this workshop, member bodies nominate who takes part.")
    if workshop.mode == "invitation" and not is_invited:
        raise RegistrationClosed("For this workshop, the organizer invites who takes part.")
    if workshop.opens_at and now < workshop.opens_at:
        raise RegistrationClosed(said("Registration opens at %(at)s.", at=workshop.opens_at))


def require_not_over(workshop: Workshop, *, now: datetime) -> None:
    """Raise RegistrationClosed for one that is not published, and once it takes nobody more."""
    if workshop.state != "published":
        raise RegistrationClosed(REASONS.get(workshop.state, "This workshop is over."))
    if now >= workshop.registration_ends_at:
        raise RegistrationClosed(REASONS["closed"])


def as_it_is(session: Session, registration: Registration, *, is_new: bool = False) -> Registered:
    """The registration with its place or its open offer."""
    offer = find_open_offer(session, registration.id) if registration.state == "offered" else None
    return Registered(registration, place_of(session, registration), offer, is_new)


def all_as_they_are(session: Session, registrations: Sequence[Registration]) -> list[Registered]:
    """As `as_it_is`, for the page of one workshop's roster, with as many queries as for one."""
    places = places_of(session, registrations)
    offers = open_offers_of(session, registrations)
    return [
        Registered(each, places.get(each.id), offers.get(each.id), is_new=False)
        for each in registrations
    ]


def register(
    session: Session,
    workshop: Workshop,
    attendee: Attendee,
    *,
    actor: str,
    now: datetime,
    is_invited: bool = False,
) -> Registered:
    """Give the attendee a seat, or a place on the waiting list.

    Tells RegistrationConfirmed, RegistrationPending or RegistrationQueued in the same commit.
    Asking twice (same address and name, folded) answers the first registration.
    Raises RegistrationClosed outside the time of registration, PrerequisitesLacking, Invalid
    for answers that don't fit the form.
    """
    require_open(workshop, now=now, is_invited=is_invited)
    ledger = lock_ledger(session, workshop.id)
    session.refresh(workshop)
    require_open(workshop, now=now, is_invited=is_invited)
    found = find_live(session, workshop.id, attendee.email, attendee.name)
    if found is not None:
        return as_it_is(session, found)
    learner = Learner(attendee.name, attendee.email, attendee.person_id)
    require_prerequisites(session, workshop, [learner])
    files = finder_of(session, workshop)
    answers = checked_answers(workshop.form, attendee.answers, files=files)
    attendee = replace(attendee, answers=answers)
    if ledger.waiting:
        drive_line(session, workshop, ledger, now=now)
    registration = new_registration(workshop.id, attendee, state="confirmed", now=now)
    place = take_seat_or_place(session, registration, workshop, ledger, now=now)
    enter(session, registration, place, actor=actor, now=now)
    keep_files(session, workshop, registration)
    return Registered(registration, place)


def enter(
    session: Session,
    registration: Registration,
    place: int | None,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Keep the new registration and tell of it."""
    session.add(registration)
    record(session, registration, before=None, actor=actor, now=now)
    kinds = {
        "confirmed": RegistrationConfirmed,
        "pending": RegistrationPending,
        "waiting": RegistrationQueued,
    }
    state = registration.told_as(place=place)
    tell(session, kinds[registration.state](registration=state), now=now)


def seat_at_the_door(
    session: Session,
    workshop: Workshop,
    ledger: SeatLedger,
    attendee: Attendee,
    *,
    actor: str,
    now: datetime,
) -> Registration:
    """A confirmed registration with a seat of the pool, whatever the mode and the hour.

    The ledger is locked and has a free seat. Tells RegistrationConfirmed.
    """
    registration = new_registration(workshop.id, attendee, state="confirmed", now=now)
    ledger.confirmed += 1
    session.add(registration)
    record(session, registration, before=None, actor=actor, now=now, reason="at the door")
    tell(session, RegistrationConfirmed(registration=registration.told_as()), now=now)
    return registration


def take_seat_or_place(
    session: Session,
    registration: Registration,
    workshop: Workshop,
    ledger: SeatLedger,
    *,
    now: datetime,
) -> int | None:
    """A free seat, where nobody comes before; else a place in line, and which."""
    is_free = ledger.has_free_seat
    if is_free and (not ledger.waiting or may_pass(session, workshop, 1, now=now)):
        take_seat(registration, workshop, ledger)
        return None
    return take_place(registration, ledger)


def _locked(session: Session, registration: Registration) -> tuple[Workshop, SeatLedger]:
    workshop = session.get_one(Workshop, registration.workshop_id)
    ledger = lock_ledger(session, registration.workshop_id)
    session.refresh(registration)
    return workshop, ledger


def approve(
    session: Session, registration: Registration, *, actor: str, now: datetime, reason: str = ""
) -> Registration:
    """The pending registration has its seat. Tells RegistrationConfirmed."""
    _, ledger = _locked(session, registration)
    if registration.state == "confirmed":
        return registration
    require_state(registration, "pending", to="be approved")
    ledger.held -= 1
    ledger.confirmed += 1
    move(session, registration, "confirmed", actor=actor, now=now, reason=reason)
    tell(session, RegistrationConfirmed(registration=registration.told_as()), now=now)
    return registration


def reject(
    session: Session, registration: Registration, *, actor: str, now: datetime, reason: str = ""
) -> Registration:
    """The pending or waiting registration is refused; its seat goes to the next."""
    workshop, ledger = _locked(session, registration)
    if registration.state == "rejected":
        return registration
    require_state(registration, "pending", "waiting", to="be rejected")
    leave(session, registration, ledger, state="rejected", actor=actor, now=now, reason=reason)
    told = RegistrationRejected(registration=registration.told_as(), reason=reason)
    tell(session, told, now=now)
    drive_line(session, workshop, ledger, now=now)
    return registration


def cancel_registration(
    session: Session, registration: Registration, *, actor: str, now: datetime, reason: str = ""
) -> Registration:
    """Take the registration back, in any live state; its seat goes to the next in line.

    Cancelling twice is one. Tells RegistrationCancelled.
    """
    workshop, ledger = _locked(session, registration)
    if registration.state == "cancelled":
        return registration
    require_state(registration, *CANCELLABLE, to="be cancelled")
    take_back(session, registration, workshop, ledger, actor=actor, now=now, reason=reason)
    drive_line(session, workshop, ledger, now=now)
    return registration


def take_back(
    session: Session,
    registration: Registration,
    workshop: Workshop,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
    reason: str,
) -> None:
    """Cancel what is cancellable, its nomination with it. The line is not driven."""
    leave(session, registration, ledger, state="cancelled", actor=actor, now=now, reason=reason)
    told = RegistrationCancelled(registration=registration.told_as(), reason=reason)
    tell(session, told, now=now)
    nomination = _end_nomination(session, registration, actor=actor, now=now, reason=reason)
    if nomination is not None:
        call_up(session, workshop, ledger, nomination, now=now)


def _end_nomination(
    session: Session, registration: Registration, *, actor: str, now: datetime, reason: str
) -> Nomination | None:
    """Who cancels the registration that came of a nomination declines that as well."""
    nomination = session.get(Nomination, registration.nomination_id or UUID(int=0))
    if nomination is None or nomination.state != "registered":
        return None
    nomination.has_seat = False
    move(session, nomination, "declined", actor=actor, now=now, reason=reason)
    names = organisation_names(session, nomination.organisation_id)
    told = NominationDeclined(nomination=nomination.told_as(names), with_registration=True)
    tell(session, told, now=now)
    return nomination


def claim_registrations(session: Session, person_id: UUID, email: str, *, now: datetime) -> int:
    """Guests' registrations under a confirmed address become the person's. Answers how many."""
    query = select(Registration).where(
        Registration.email_key == fold_email(email), Registration.person_id.is_(None)
    )
    found = list(session.scalars(query.order_by(Registration.id).with_for_update()))
    for registration in found:
        registration.person_id = person_id
        registration.version += 1
        told = registration.told_as(place=place_of(session, registration))
        tell(session, RegistrationClaimed(registration=told), now=now)
    return len(found)

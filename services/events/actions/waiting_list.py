"""The waiting list: offers in turn, each for one entry until a time.

Every freed seat comes through `drive_line`. A body's own entries are served from its allotment;
the pool serves the line strictly by its numbers.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.actions.failures import OfferGone
from services.events.actions.parties import Party, let_pass, next_party
from services.events.actions.recording import move
from services.events.actions.seats import give_back, lock_ledger
from services.events.actions.waking import held_until
from services.events.model import (
    Allotment,
    Offer,
    Registration,
    RegistrationGroup,
    SeatLedger,
    Workshop,
)
from shared.contracts.events import (
    OfferDeclined,
    OfferExpired,
    RegistrationConfirmed,
    RegistrationPending,
    SeatOffered,
)
from shared.contracts.events_groups import GroupSeatsOffered
from shared.foundation.failures import Conflict, NotFound
from shared.foundation.ids import new_id
from shared.foundation.sentences import said
from shared.messaging.outbox import tell


def place_of(session: Session, registration: Registration) -> int | None:
    """The place in line, from 1; None when not waiting."""
    if registration.state != "waiting":
        return None
    ahead = select(func.count()).where(
        Registration.workshop_id == registration.workshop_id,
        Registration.state == "waiting",
        Registration.queue_number <= registration.queue_number,
    )
    return session.scalar(ahead)


def places_of(session: Session, registrations: Sequence[Registration]) -> dict[UUID, int]:
    """registration id → place in line, of those of one workshop that wait; two queries in all."""
    waiting = [each for each in registrations if each.state == "waiting"]
    if not waiting:
        return {}
    numbers = [each.queue_number for each in waiting if each.queue_number is not None]
    line = select(Registration.id, func.row_number().over(order_by=Registration.queue_number))
    first = place_of(session, min(waiting, key=lambda each: each.queue_number or 0)) or 1
    between = line.where(
        Registration.workshop_id == waiting[0].workshop_id,
        Registration.state == "waiting",
        Registration.queue_number >= min(numbers),
        Registration.queue_number <= max(numbers),
    )
    return {row[0]: first - 1 + row[1] for row in session.execute(between)}


def open_offers_of(session: Session, registrations: Sequence[Registration]) -> dict[UUID, Offer]:
    """registration id → its open offer."""
    ids = [each.id for each in registrations if each.state == "offered"]
    if not ids:
        return {}
    query = select(Offer).where(Offer.registration_id.in_(ids), Offer.state == "open")
    return {offer.registration_id: offer for offer in session.scalars(query)}


def find_open_offer(session: Session, registration_id: UUID) -> Offer | None:
    """The offer that waits for this registration's answer."""
    query = select(Offer).where(Offer.registration_id == registration_id, Offer.state == "open")
    return session.scalars(query).one_or_none()


def drive_line(session: Session, workshop: Workshop, ledger: SeatLedger, *, now: datetime) -> None:
    """Offer every free seat to the line, in turn, while the workshop is still to come."""
    if workshop.state not in ("published", "closed") or workshop.starts_at <= now:
        return
    for allotment in _open_allotments(session, workshop.id, ledger):
        _serve_own(session, workshop, ledger, allotment, now=now)
    passed: list[Party] = []
    after = 0
    while ledger.waiting and ledger.has_free_seat:
        party = next_party(session, workshop.id, after=after)
        if party is None:
            return
        after = party.last_number
        if ledger.free is None or party.size <= ledger.free:
            let_pass(passed, party.size)
            _serve_party(session, workshop, ledger, party, seat_of=None, now=now)
        else:
            passed.append(party)
        if any(each.gathers(workshop, now=now) for each in passed):
            return


def _open_allotments(session: Session, workshop_id: UUID, ledger: SeatLedger) -> list[Allotment]:
    if not ledger.waiting or not ledger.allotted:
        return []
    query = select(Allotment).where(
        Allotment.workshop_id == workshop_id, Allotment.released_at.is_(None)
    )
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _serve_own(
    session: Session,
    workshop: Workshop,
    ledger: SeatLedger,
    allotment: Allotment,
    *,
    now: datetime,
) -> None:
    body_id, after = allotment.organisation_id, 0
    while ledger.waiting and allotment.unused > 0:
        party = next_party(session, workshop.id, after=after, body_id=body_id)
        if party is None:
            return
        after = party.last_number
        if party.size <= allotment.unused:
            allotment.used += party.size
            ledger.allotted -= party.size
            _serve_party(session, workshop, ledger, party, seat_of=body_id, now=now)


def _serve_party(
    session: Session,
    workshop: Workshop,
    ledger: SeatLedger,
    party: Party,
    *,
    seat_of: UUID | None,
    now: datetime,
) -> None:
    group = party.group
    asked = group.person_id if group is not None else party.people[0].person_id
    until = held_until(session, workshop, asked, now=now)
    for each in party.people:
        _serve(
            session,
            workshop,
            ledger,
            each,
            seat_of=seat_of,
            until=until,
            is_for_group=group is not None,
            now=now,
        )
    if group is not None and workshop.mode != "approval":
        state = group.told_as(people=party.size)
        tell(session, GroupSeatsOffered(group=state, expires_at=until), now=now)


def _serve(
    session: Session,
    workshop: Workshop,
    ledger: SeatLedger,
    registration: Registration,
    *,
    seat_of: UUID | None,
    until: datetime,
    is_for_group: bool,
    now: datetime,
) -> None:
    """Hold a seat for the entry: an offer, or, where the organizer approves, a pending seat."""
    registration.queue_number, registration.seat_of = None, seat_of
    ledger.waiting -= 1
    if workshop.mode == "approval":
        ledger.held += 1
        move(session, registration, "pending", actor="timer", now=now, reason="a seat was freed")
        tell(session, RegistrationPending(registration=registration.told_as()), now=now)
        return
    offer = Offer(
        id=new_id(),
        registration_id=registration.id,
        workshop_id=workshop.id,
        seat_of=seat_of,
        state="open",
        made_at=now,
        expires_at=until,
    )
    session.add(offer)
    ledger.offered += 1
    move(session, registration, "offered", actor="timer", now=now, reason="a seat was freed")
    state = registration.told_as(offer=offer.told_as())
    tell(session, SeatOffered(registration=state, is_for_group=is_for_group), now=now)


def _lock_offer(session: Session, offer_id: UUID) -> tuple[Offer, Registration, SeatLedger]:
    found = session.get(Offer, offer_id)
    if found is None:
        raise NotFound("There is no such offer.")
    ledger = lock_ledger(session, found.workshop_id)
    session.refresh(found)
    session.get_one(Workshop, found.workshop_id, populate_existing=True)
    registration = session.get_one(Registration, found.registration_id, populate_existing=True)
    return found, registration, ledger


def accept_offer(session: Session, offer_id: UUID, *, actor: str, now: datetime) -> Registration:
    """The held seat becomes the attendee's; twice is once. Raises OfferGone, Conflict."""
    offer, registration, ledger = _lock_offer(session, offer_id)
    group = session.get(RegistrationGroup, registration.group_id or UUID(int=0))
    if group is not None and group.is_together and offer.state == "open":
        why = said("%(name)s answers for the whole group.", name=group.name)
        raise Conflict(why, code="group_answers")
    if offer.state != "accepted":
        take_offered(session, offer, registration, ledger, actor=actor, now=now)
    return registration


def take_offered(
    session: Session,
    offer: Offer,
    registration: Registration,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
) -> None:
    """The offered seat is confirmed.

    Raises OfferGone when it was declined or has expired, or the workshop is cancelled.
    """
    if session.get_one(Workshop, offer.workshop_id).state == "cancelled":
        raise OfferGone("This workshop is cancelled.")
    if offer.state != "open" or offer.expires_at <= now:
        raise OfferGone("This offer has ended, and the seat went to the next in line.")
    offer.state, offer.answered_at = "accepted", now
    ledger.offered -= 1
    ledger.confirmed += 1
    move(session, registration, "confirmed", actor=actor, now=now, reason="offer accepted")
    tell(session, RegistrationConfirmed(registration=registration.told_as()), now=now)


def decline_offer(session: Session, offer_id: UUID, *, actor: str, now: datetime) -> Registration:
    """The attendee leaves the line; the seat goes to the next. Declining twice is one."""
    offer, registration, ledger = _lock_offer(session, offer_id)
    if offer.state == "declined":
        return registration
    if offer.state != "open":
        raise OfferGone("This offer has ended already.")
    end_offer(session, offer, registration, ledger, state="declined", actor=actor, now=now)
    tell(session, OfferDeclined(registration=registration.told_as()), now=now)
    workshop = session.get_one(Workshop, offer.workshop_id)
    drive_line(session, workshop, ledger, now=now)
    return registration


def end_offer(
    session: Session,
    offer: Offer,
    registration: Registration,
    ledger: SeatLedger,
    *,
    state: str,
    actor: str,
    now: datetime,
) -> None:
    """Close an open offer without a seat for its entry, and give the seat back."""
    offer.state, offer.answered_at = state, now
    ledger.offered -= 1
    registration.seat_of = None
    move(session, registration, "cancelled", actor=actor, now=now, reason=f"offer {state}")
    give_back(session, ledger, offer.seat_of, cause=state, now=now)


def expire_offers(session: Session, workshop_id: UUID, *, now: datetime) -> int:
    """End the workshop's offers whose time has come, and serve the next. Answers how many."""
    ledger = lock_ledger(session, workshop_id)
    query = select(Offer).where(
        Offer.workshop_id == workshop_id, Offer.state == "open", Offer.expires_at <= now
    )
    offers = list(session.scalars(query.order_by(Offer.expires_at, Offer.id)))
    for offer in offers:
        registration = session.get_one(Registration, offer.registration_id)
        end_offer(session, offer, registration, ledger, state="expired", actor="timer", now=now)
        tell(session, OfferExpired(registration=registration.told_as()), now=now)
    if offers:
        workshop = session.get_one(Workshop, workshop_id)
        drive_line(session, workshop, ledger, now=now)
    return len(offers)

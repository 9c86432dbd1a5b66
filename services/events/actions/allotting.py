"""Allotments: a body's seats at a workshop until their release date; and all due dates."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from services.events.actions.failures import NotEnoughSeats
from services.events.actions.nominating import lapse_nominations
from services.events.actions.parties import GATHERS_UNTIL
from services.events.actions.recording import require_state
from services.events.actions.seats import find_allotment, lock_ledger
from services.events.actions.waiting_list import drive_line, expire_offers
from services.events.model import Allotment, Nomination, Offer, SeatLedger, Workshop
from shared.contracts.events import SeatsFreed
from shared.foundation.failures import Invalid
from shared.foundation.sentences import said
from shared.messaging.outbox import tell


def allot(
    session: Session,
    workshop: Workshop,
    body_id: UUID,
    *,
    seats: int,
    alternates: int,
    release_at: datetime | None,
    now: datetime,
) -> tuple[Allotment, bool]:
    """Give the body that many seats, more or fewer than before; answer whether it is new.

    release_at: None keeps unused seats until the workshop starts.
    Raises Invalid for a release after the start or in the past, NotEnoughSeats for more than
    the pool has or fewer than the body has used.
    """
    require_state(workshop, "draft", "published", "closed", "postponed", to="allot seats")
    _require_release(workshop, release_at, now=now)
    ledger = lock_ledger(session, workshop.id)
    allotment = find_allotment(session, workshop.id, body_id)
    is_new = allotment is None
    if allotment is None:
        allotment = Allotment(
            workshop_id=workshop.id, organisation_id=body_id, version=0, seats=0, used=0
        )
        session.add(allotment)
    _resize(ledger, allotment, seats)
    allotment.alternates = alternates
    allotment.release_at = release_at
    allotment.released_at = None
    allotment.version += 1
    session.flush()
    drive_line(session, workshop, ledger, now=now)
    return allotment, is_new


def _require_release(workshop: Workshop, release_at: datetime | None, *, now: datetime) -> None:
    if release_at is None:
        return
    if release_at > workshop.starts_at:
        raise Invalid.at("/release_at", "Seats must be released before the workshop starts.")
    if release_at <= now:
        raise Invalid.at("/release_at", "The release date has passed already; choose a later one.")


def _resize(ledger: SeatLedger, allotment: Allotment, seats: int) -> None:
    if seats < allotment.used:
        raise NotEnoughSeats(
            said(
                "%(used)s of these seats are used; there can't be %(seats)s.",
                used=allotment.used,
                seats=seats,
            )
        )
    more = seats - allotment.used - allotment.unused
    if ledger.free is not None and more > ledger.free:
        raise NotEnoughSeats(
            said(
                "The pool has %(free)s free seats; %(more)s more are needed. "
                "Raise the capacity or take seats from another allotment.",
                free=ledger.free,
                more=more,
            )
        )
    allotment.seats = seats
    ledger.allotted += more


def release_allotment(session: Session, workshop_id: UUID, body_id: UUID, *, now: datetime) -> int:
    """Return the body's unused seats to the pool and serve the line. Answers how many."""
    ledger = lock_ledger(session, workshop_id)
    allotment = find_allotment(session, workshop_id, body_id)
    if allotment is None or not allotment.is_open:
        return 0
    unused = allotment.unused
    allotment.released_at = now
    allotment.version += 1
    ledger.allotted -= unused
    if unused:
        told = SeatsFreed(workshop_id=workshop_id, seats=unused, cause="released")
        tell(session, told, now=now)
    workshop = session.get_one(Workshop, workshop_id)
    drive_line(session, workshop, ledger, now=now)
    return unused


def workshops_with_due_dates(session: Session, *, now: datetime) -> list[UUID]:
    """Ids of workshops where an offer, a nomination or an allotment has come to its time.

    And of those so near that seats which a group gathered go to whoever fits. Of one that is
    cancelled nothing is due: whoever had something there has been told already.
    """
    offers = select(Offer.workshop_id).where(Offer.state == "open", Offer.expires_at <= now)
    cancelled = select(Workshop.id).where(Workshop.state == "cancelled")
    nominations = select(Nomination.workshop_id).where(
        Nomination.state == "submitted", Nomination.confirm_by <= now
    )
    allotments = select(Allotment.workshop_id).where(
        Allotment.released_at.is_(None), Allotment.release_at <= now
    )
    gathered = (
        select(SeatLedger.workshop_id)
        .join(Workshop, Workshop.id == SeatLedger.workshop_id)
        .where(
            SeatLedger.waiting > 0,
            SeatLedger.confirmed + SeatLedger.held + SeatLedger.offered + SeatLedger.allotted
            < SeatLedger.capacity,
            Workshop.state.in_(("published", "closed")),
            Workshop.starts_at > now,
            Workshop.starts_at <= now + GATHERS_UNTIL,
        )
    )
    due = union(
        *(
            query.where(query.selected_columns[0].not_in(cancelled))
            for query in (offers, nominations, allotments, gathered)
        )
    )
    return list(session.scalars(due))


def keep_due_dates(session: Session, workshop_id: UUID, *, now: datetime) -> None:
    """Do all that has come to its time at one workshop: lapse, release, expire, serve the line."""
    workshop = session.get_one(Workshop, workshop_id)
    if workshop.state == "cancelled":
        return
    lapse_nominations(session, workshop_id, now=now)
    due = select(Allotment.organisation_id).where(
        Allotment.workshop_id == workshop_id,
        Allotment.released_at.is_(None),
        Allotment.release_at <= now,
    )
    for body_id in list(session.scalars(due)):
        release_allotment(session, workshop_id, body_id, now=now)
    expire_offers(session, workshop_id, now=now)
    ledger = lock_ledger(session, workshop_id)
    if ledger.waiting and ledger.has_free_seat:
        drive_line(session, workshop, ledger, now=now)

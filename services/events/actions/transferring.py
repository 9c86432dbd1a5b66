"""Giving unused seats to another body: no seat is free in between."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.failures import AllotmentUsedUp
from services.events.actions.recording import require_state
from services.events.actions.seats import find_allotment, lock_ledger
from services.events.actions.waiting_list import drive_line
from services.events.model import Allotment, Transition, Workshop
from shared.foundation.failures import Invalid
from shared.foundation.sentences import said


def transfer_seats(
    session: Session,
    workshop: Workshop,
    giver_id: UUID,
    taker_id: UUID,
    seats: int,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Allotment:
    """Move that many unused seats; answer what the giver has left.

    A body that had none gets them with the giver's release date. Raises AllotmentUsedUp when
    the giver has not as many, Invalid for a body that gives to itself.
    """
    if giver_id == taker_id:
        raise Invalid.at("/to_organisation_id", "Choose another body; this one has them already.")
    require_state(
        workshop, "draft", "published", "closed", "postponed", to="have seats transferred"
    )
    ledger = lock_ledger(session, workshop.id)
    giver = find_allotment(session, workshop.id, giver_id)
    if giver is None or giver.unused < seats:
        left = giver.unused if giver else 0
        raise AllotmentUsedUp(
            said(
                "%(left)s unused seats are left to give; %(seats)s are not.", left=left, seats=seats
            )
        )
    taker = _taker(session, giver, taker_id)
    giver.seats -= seats
    taker.seats += seats
    giver.version += 1
    taker.version += 1
    step = Transition(
        subject="allotments",
        subject_id=workshop.id,
        at=now,
        actor=actor,
        before=str(giver_id),
        after=str(taker_id),
        reason=f"{seats} seats transferred. {reason}".strip(),
    )
    session.add(step)
    session.flush()
    drive_line(session, workshop, ledger, now=now)
    return giver


def _taker(session: Session, giver: Allotment, taker_id: UUID) -> Allotment:
    """The allotment that the seats go to; with the giver's release date where there was none."""
    taker = find_allotment(session, giver.workshop_id, taker_id)
    if taker is None:
        taker = Allotment(
            workshop_id=giver.workshop_id,
            organisation_id=taker_id,
            version=0,
            seats=0,
            alternates=0,
            used=0,
            release_at=giver.release_at,
        )
        session.add(taker)
    elif not taker.is_open:
        raise AllotmentUsedUp("That body's seats were released; allot it new ones instead.")
    return taker

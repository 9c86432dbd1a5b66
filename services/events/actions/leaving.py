"""Finding a person's live registration, and taking one off the ledger."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.recording import move
from services.events.actions.seats import give_back
from services.events.actions.waiting_list import find_open_offer
from services.events.model import Registration, SeatLedger
from shared.foundation.names import fold, fold_email

SEATED: Final = ("confirmed", "attended", "no_show")
LIVE: Final = ("pending", "waiting", "offered", *SEATED)


def find_live(session: Session, workshop_id: UUID, email: str, name: str) -> Registration | None:
    """The registration of the same address and name (folded) that is not cancelled."""
    query = select(Registration).where(
        Registration.workshop_id == workshop_id,
        Registration.email_key == fold_email(email),
        Registration.name_key == fold(name),
        Registration.state.in_(LIVE),
    )
    return session.scalars(query).one_or_none()


def leave(
    session: Session,
    registration: Registration,
    ledger: SeatLedger,
    *,
    state: str,
    actor: str,
    now: datetime,
    reason: str,
) -> None:
    """Take the registration off the ledger and give its seat back. The line is not driven."""
    before, seat_of = registration.state, registration.seat_of
    if before == "waiting":
        ledger.waiting -= 1
    elif before in SEATED:
        ledger.confirmed -= 1
    elif before == "pending":
        ledger.held -= 1
    elif before == "offered":
        ledger.offered -= 1
        offer = find_open_offer(session, registration.id)
        if offer is not None:
            offer.state, offer.answered_at = "declined", now
    registration.queue_number, registration.seat_of = None, None
    move(session, registration, state, actor=actor, now=now, reason=reason)
    if before != "waiting":
        give_back(session, ledger, seat_of, cause=state, now=now)

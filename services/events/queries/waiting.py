"""Why somebody waits: what a person in line is told beside their place."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.events.model import Allotment, Registration, RegistrationGroup, SeatLedger, Workshop
from services.events.queries.groups import find_together
from shared.foundation.sentences import Sentence, said
from shared.foundation.sheets import as_is as _


def reasons_to_wait(
    session: Session,
    workshop: Workshop,
    registration: Registration,
    *,
    now: datetime,
) -> list[str]:
    """Sentences for the person who waits; none for whoever does not."""
    if registration.state != "waiting":
        return []
    if workshop.state == "postponed":
        return [_("No seats are offered while the workshop is postponed.")]
    ledger = session.get_one(SeatLedger, workshop.id)
    allotments = _open_allotments(session, workshop)
    own = next((each for each in allotments if _is_of(each, registration)), None)
    together = find_together(session, registration)
    return [
        *_of_seats(ledger, allotments, now=now),
        *_of_own_body(own),
        *_of_group(together),
    ]


def has_waiting(session: Session, workshop: Workshop) -> bool:
    """Whether a freed seat has somebody to go to."""
    line = exists().where(Registration.workshop_id == workshop.id, Registration.state == "waiting")
    return bool(session.scalar(select(line)))


def _open_allotments(session: Session, workshop: Workshop) -> list[Allotment]:
    query = select(Allotment).where(
        Allotment.workshop_id == workshop.id, Allotment.released_at.is_(None)
    )
    return list(session.scalars(query.order_by(Allotment.release_at)))


def _is_of(allotment: Allotment, registration: Registration) -> bool:
    return allotment.organisation_id == registration.organisation_id


def _of_seats(
    ledger: SeatLedger, allotments: Sequence[Allotment], *, now: datetime
) -> list[Sentence]:
    found = []
    if ledger.capacity is not None and not ledger.has_free_seat:
        taken = ledger.taken - ledger.allotted
        counts = {"taken": taken, "capacity": ledger.capacity}
        found.append(said("%(taken)s of %(capacity)s seats are taken or promised.", **counts))
    kept = [each for each in allotments if each.unused]
    times = [each.release_at for each in kept if each.release_at and each.release_at > now]
    if kept:
        seats = sum(each.unused for each in kept)
        found.append(said("Seats that are kept for member bodies: %(seats)s.", seats=seats))
    if times:
        found.append(said("Those not used by %(at)s come to this line.", at=min(times)))
    return found


def _of_own_body(own: Allotment | None) -> list[str]:
    if own is None or own.unused:
        return []
    return [_("Your organisation has used its seats; one that it gives back is yours first.")]


def _of_group(together: RegistrationGroup | None) -> list[str]:
    if together is None:
        return []
    return [_("Your group comes together: it waits until there is a seat for each.")]

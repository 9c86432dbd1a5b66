"""Holding the seat ledgers against what they count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from services.events.model import Allotment, Nomination, Offer, Registration, SeatLedger


@dataclass(frozen=True)
class FalseCount:
    """A count of a ledger that is not what the rows say."""

    workshop_id: UUID
    what: str
    kept: int
    counted: int


def _by_workshop(session: Session, query: Any) -> dict[UUID, tuple[int, ...]]:
    return {row[0]: tuple(int(n or 0) for n in row[1:]) for row in session.execute(query)}


def _in_state(state: str) -> Any:
    return func.sum(case((Registration.state == state, 1), else_=0))


def false_ledgers(session: Session) -> list[FalseCount]:
    """Every count that does not add up; empty when all is well."""
    registered = _by_workshop(
        session,
        select(
            Registration.workshop_id,
            _in_state("confirmed") + _in_state("attended") + _in_state("no_show"),
            _in_state("pending"),
            _in_state("waiting"),
        ).group_by(Registration.workshop_id),
    )
    nominated = _by_workshop(
        session,
        select(Nomination.workshop_id, func.count())
        .where(and_(Nomination.has_seat, Nomination.state.in_(("draft", "submitted", "confirmed"))))
        .group_by(Nomination.workshop_id),
    )
    offered = _by_workshop(
        session,
        select(Offer.workshop_id, func.count())
        .where(Offer.state == "open")
        .group_by(Offer.workshop_id),
    )
    allotted = _by_workshop(
        session,
        select(Allotment.workshop_id, func.sum(Allotment.seats - Allotment.used))
        .where(Allotment.released_at.is_(None))
        .group_by(Allotment.workshop_id),
    )
    found: list[FalseCount] = []
    for ledger in session.scalars(select(SeatLedger)):
        place = ledger.workshop_id
        confirmed, pending, waiting = registered.get(place, (0, 0, 0))
        counted = {
            "confirmed": confirmed,
            "held": pending + nominated.get(place, (0,))[0],
            "offered": offered.get(place, (0,))[0],
            "allotted": allotted.get(place, (0,))[0],
            "waiting": waiting,
        }
        found += _differences(ledger, counted)
    return found


def _differences(ledger: SeatLedger, counted: dict[str, int]) -> Iterator[FalseCount]:
    for what, count in counted.items():
        kept = getattr(ledger, what)
        if kept != count:
            yield FalseCount(ledger.workshop_id, what, kept, count)

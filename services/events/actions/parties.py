"""Who stands in line: one person, or a group that comes together or not at all.

A group whose seats are not there lets others pass, and not for ever: docs/decisions/0019.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.model import Registration, RegistrationGroup, SeatLedger, Workshop

GATHERS_UNTIL: Final = timedelta(days=3)
"""Before the start; from then on no seat stays empty for a group that does not fit."""


@dataclass(frozen=True)
class Party:
    """Those who get seats at once. group: None for one person."""

    people: Sequence[Registration]
    group: RegistrationGroup | None = None

    @property
    def size(self) -> int:
        """How many seats it needs."""
        return len(self.people)

    @property
    def last_number(self) -> int:
        """Of its last person's place."""
        return max(each.queue_number or 0 for each in self.people)

    def gathers(self, workshop: Workshop, *, now: datetime) -> bool:
        """Whether as many as it has have passed it, so that free seats are kept for it."""
        if self.group is None or self.group.passed_by < self.size:
            return False
        return now < workshop.starts_at - GATHERS_UNTIL


def next_party(
    session: Session, workshop_id: UUID, *, after: int = 0, body_id: UUID | None = None
) -> Party | None:
    """The next in line behind that place's number, of the body's own people where one is given."""
    line = (
        select(Registration)
        .where(Registration.workshop_id == workshop_id, Registration.state == "waiting")
        .order_by(Registration.queue_number)
    )
    query = line.where(Registration.queue_number > after)
    if body_id is not None:
        query = query.where(Registration.organisation_id == body_id)
    first = session.scalars(query.limit(1)).one_or_none()
    if first is None:
        return None
    group = session.get(RegistrationGroup, first.group_id) if first.group_id else None
    if group is None or not group.is_together:
        return Party([first])
    return Party(session.scalars(line.where(Registration.group_id == group.id)).all(), group)


def let_pass(parties: Sequence[Party], people: int) -> None:
    """Count that so many got seats while the parties went on waiting."""
    for party in parties:
        if party.group is not None:
            party.group.passed_by += people


def may_pass(session: Session, workshop: Workshop, people: int, *, now: datetime) -> bool:
    """Whether newcomers may have free seats before all who wait; counts it when they may.

    The line was just driven: whoever waits still does not fit, or is behind a group that gathers.
    """
    passed: list[Party] = []
    while (party := next_party(session, workshop.id, after=_behind(passed))) is not None:
        if party.group is None or party.gathers(workshop, now=now):
            return False
        passed.append(party)
    let_pass(passed, people)
    return True


def _behind(passed: Sequence[Party]) -> int:
    return passed[-1].last_number if passed else 0


def take_seat(registration: Registration, workshop: Workshop, ledger: SeatLedger) -> None:
    """A free seat of the pool; where the organizer approves, only held."""
    if workshop.mode == "approval":
        registration.state = "pending"
        ledger.held += 1
    else:
        registration.state = "confirmed"
        ledger.confirmed += 1


def take_place(registration: Registration, ledger: SeatLedger) -> int:
    """The last place in line; answers which."""
    registration.state = "waiting"
    registration.queue_number = ledger.next_queue_number
    ledger.next_queue_number += 1
    ledger.waiting += 1
    return ledger.waiting

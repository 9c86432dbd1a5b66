"""Things of events for tests: each names only what matters to the test."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.allotting import allot
from services.events.actions.attending import Attendee
from services.events.actions.nominating import Nominee, nominate, submit
from services.events.actions.registering import Registered, register
from services.events.actions.scheduling import create_workshop, publish
from services.events.model import Nomination, OrganisationCopy, SeatLedger, Workshop
from services.events.queries.auditing import false_ledgers
from shared.foundation.ids import new_id

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
IN_A_MONTH = NOW + timedelta(days=30)


def an_organisation(session: Session, name: str = "A body", kind: str = "association") -> UUID:
    made = OrganisationCopy(id=new_id(), version=1, names={"en": name}, kind=kind, economy="TW")
    session.add(made)
    session.flush()
    return made.id


def a_draft(session: Session, *, seats: int | None = None, **columns: Any) -> Workshop:
    values = {
        "titles": {"en": "Carbon inventory"},
        "summary": {},
        "kind": "workshop",
        "host_id": columns.pop("host_id", None) or an_organisation(session, "The host"),
        "course_id": None,
        "starts_at": IN_A_MONTH,
        "ends_at": IN_A_MONTH + timedelta(hours=6),
        "time_zone": "Asia/Taipei",
        "venue": {"mode": "online"},
        "capacity": seats,
        "opens_at": None,
        "closes_at": None,
        "mode": "open",
        "form": [],
        "languages": ["en"],
        "visibility": "public",
    }
    return create_workshop(session, values | columns, actor="test", now=NOW)


def a_workshop(
    session: Session, *, seats: int | None = None, taken: int = 0, **columns: Any
) -> Workshop:
    """A published one, `taken` of its seats confirmed."""
    workshop = publish(session, a_draft(session, seats=seats, **columns), actor="test", now=NOW)
    for number in range(taken):
        comes(session, workshop, f"Early {number}")
    return workshop


def an_attendee(name: str = "Ann", **facts: Any) -> Attendee:
    email = f"{name.lower().replace(' ', '.')}@people.example"
    return Attendee(**{"name": name, "email": email} | facts)


def comes(
    session: Session, workshop: Workshop, name: str, *, now: datetime = NOW, **facts: Any
) -> Registered:
    """The attendee of that name registers."""
    return register(session, workshop, an_attendee(name, **facts), actor="guest", now=now)


def a_nomination(
    session: Session, workshop: Workshop, body_id: UUID, name: str = "Min", **facts: Any
) -> Nomination:
    """A submitted one."""
    nominee = Nominee(**{"name": name, "email": f"{name.lower()}@body.example"} | facts)
    made, _ = nominate(session, workshop, body_id, nominee, nominated_by=None, now=NOW)
    return submit(session, made, actor="test", now=NOW)


def gives_seats(
    session: Session,
    workshop: Workshop,
    body_id: UUID,
    seats: int,
    *,
    alternates: int = 0,
    release_at: datetime | None = None,
) -> None:
    allot(
        session,
        workshop,
        body_id,
        seats=seats,
        alternates=alternates,
        release_at=release_at,
        now=NOW,
    )


def seats_of(session: Session, workshop: Workshop) -> dict[str, int | None]:
    """The ledger's counts that are not zero; fails when the ledger does not add up."""
    session.flush()
    assert false_ledgers(session) == []
    ledger = session.get_one(SeatLedger, workshop.id)
    counts = {
        name: getattr(ledger, name)
        for name in ("confirmed", "held", "offered", "allotted", "free", "waiting")
    }
    return {name: count for name, count in counts.items() if count}

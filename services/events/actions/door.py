"""The door: one scan at a time, in whatever order they come; nothing that was scanned is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from services.events.actions.attending import Attendee
from services.events.actions.failures import NotEnoughSeats, TicketRefused
from services.events.actions.leaving import find_live
from services.events.actions.recording import move, require_state
from services.events.actions.registering import Registered, seat_at_the_door
from services.events.actions.seats import lock_ledger
from services.events.model import CheckIn, CheckInList, Registration, TicketKey, Workshop
from services.events.model.ticket import read_code, short_end
from shared.contracts.events_attendance import RegistrationAttended, RegistrationMissed
from shared.foundation.ids import new_id, new_secret
from shared.foundation.sheets import as_is as _
from shared.messaging.outbox import tell

OPENS: Final = ("confirmed", "attended", "no_show")
UNKNOWN: Final = _("This code is no ticket of this workshop. Scan it again, or look the name up.")
ELSEWHERE: Final = _("This ticket is for another workshop.")
AMBIGUOUS: Final = _("Several tickets end in this code; scan the QR code, or look the name up.")
NO_SEAT: Final = {
    "pending": _("The organizer has not yet approved this registration."),
    "waiting": _("This registration is on the waiting list and has no seat."),
    "offered": _("A seat is offered to this registration and not yet taken."),
    "cancelled": _("This registration is cancelled."),
    "rejected": _("This registration was not accepted."),
}
NOT_NOW: Final = _("This workshop is not held now.")
SHUT: Final = _("This list is closed; its door lets nobody in.")
IN_ALREADY: Final = "in already"
OUT_ALREADY: Final = "not in"


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What a scanner saw. code: signed or short. direction: in or out. scan_id: the scanner's."""

    scan_id: str
    code: str
    direction: str
    scanned_at: datetime
    list_id: UUID | None = None


@dataclass(frozen=True)
class Scanned:
    """The scan as it was kept. is_new: False for one that came before."""

    check_in: CheckIn
    registration: Registration | None
    is_new: bool = True


def public_keys(session: Session) -> dict[UUID, str]:
    """Of the keys that have signed tickets: id → raw bytes as URL-safe base64."""
    rows = session.execute(select(TicketKey.id, TicketKey.public_key))
    return {row[0]: row[1] for row in rows}


def new_list(
    session: Session, workshop: Workshop, values: Mapping[str, Any], *, now: datetime
) -> CheckInList:
    """A list with its own door link. values: titles, session_id. The session is the workshop's."""
    made = CheckInList(
        id=new_id(),
        version=1,
        workshop_id=workshop.id,
        is_open=True,
        secret=new_secret(),
        created_at=now,
        **values,
    )
    session.add(made)
    return made


def change_list(found: CheckInList, changes: Mapping[str, Any]) -> CheckInList:
    """Change titles, session_id or is_open."""
    for name, value in changes.items():
        setattr(found, name, value)
    found.version += 1
    return found


def renew_link(found: CheckInList) -> CheckInList:
    """Give the door a new link; the old one opens nothing any more."""
    found.secret = new_secret()
    found.version += 1
    return found


def check_in(
    session: Session, workshop: Workshop, scan: Scan, *, actor: str, now: datetime
) -> Scanned:
    """Keep one scan and say what it means. The same scan_id again answers the first.

    Among the scans of one person on one list, ordered by when they were made, an `in` after an
    `in` and an `out` without an `in` are `repeated`: kept, and without effect. Tells
    RegistrationAttended at the first `in`.
    """
    lock_ledger(session, workshop.id)
    found = find_scan(session, workshop.id, scan.scan_id)
    if found is not None:
        return found
    registration, refusal = _whose(session, workshop, scan)
    return _keep(session, workshop, scan, registration, refusal, actor=actor, now=now)


def _keep(
    session: Session,
    workshop: Workshop,
    scan: Scan,
    registration: Registration | None,
    refusal: str,
    *,
    actor: str,
    now: datetime,
) -> Scanned:
    verdict, reason = ("refused", refusal) if refusal else ("accepted", "")
    counts_at = min(scan.scanned_at, now)
    if registration is not None and not refusal:
        is_in = _is_in(session, registration.id, scan.list_id, before=counts_at)
        if is_in == (scan.direction == "in"):
            verdict, reason = "repeated", IN_ALREADY if is_in else OUT_ALREADY
    kept = CheckIn(
        id=new_id(),
        workshop_id=workshop.id,
        list_id=scan.list_id,
        registration_id=registration.id if registration else None,
        scan_id=scan.scan_id,
        direction=scan.direction,
        verdict=verdict,
        reason=reason,
        scanned_at=scan.scanned_at,
        counts_at=counts_at,
        received_at=now,
        actor=actor,
    )
    session.add(kept)
    session.flush()
    if registration is not None and verdict == "accepted" and scan.direction == "in":
        _attend(session, registration, actor=actor, now=now)
    return Scanned(kept, registration)


def find_scan(session: Session, workshop_id: UUID, scan_id: str) -> Scanned | None:
    """The scan that came before under this id."""
    query = select(CheckIn).where(CheckIn.workshop_id == workshop_id, CheckIn.scan_id == scan_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        return None
    registration = session.get(Registration, found.registration_id or UUID(int=0))
    return Scanned(found, registration, is_new=False)


def require_let_in(scanned: Scanned) -> Scanned:
    """Raise TicketRefused for a scan that was refused."""
    if scanned.check_in.verdict == "refused":
        raise TicketRefused(scanned.check_in.reason)
    return scanned


def _whose(session: Session, workshop: Workshop, scan: Scan) -> tuple[Registration | None, str]:
    """Whose code it is, and why it opens nothing; an empty reason: it does."""
    found, refusal = _find_by_code(session, workshop, scan.code)
    if found is None:
        return None, refusal
    if workshop.state in ("draft", "cancelled", "postponed"):
        return found, NOT_NOW
    entered = session.get(CheckInList, scan.list_id) if scan.list_id else None
    if entered is not None and not entered.is_open:
        return found, SHUT
    return found, "" if found.state in OPENS else NO_SEAT.get(found.state, UNKNOWN)


def _find_by_code(
    session: Session, workshop: Workshop, code: str
) -> tuple[Registration | None, str]:
    ticket = read_code(code, public_keys(session))
    if ticket is not None:
        if ticket.workshop_id != workshop.id:
            return None, ELSEWHERE
        found = session.get(Registration, ticket.registration_id, populate_existing=True)
        return found, UNKNOWN
    end = short_end(code)
    if end is None:
        return None, UNKNOWN
    text = func.lower(cast(Registration.id, String))
    query = select(Registration).where(
        Registration.workshop_id == workshop.id, text.endswith(end, autoescape=True)
    )
    ending = list(session.scalars(query.limit(2)))
    if len(ending) > 1:
        return None, AMBIGUOUS
    return (ending[0], "") if ending else (None, UNKNOWN)


def _is_in(
    session: Session, registration_id: UUID, list_id: UUID | None, *, before: datetime
) -> bool:
    query = select(CheckIn.direction).where(
        CheckIn.registration_id == registration_id,
        CheckIn.list_id.is_(None) if list_id is None else CheckIn.list_id == list_id,
        CheckIn.verdict != "refused",
        CheckIn.counts_at <= before,
    )
    latest = query.order_by(CheckIn.counts_at.desc(), CheckIn.id.desc()).limit(1)
    return session.scalar(latest) == "in"


def _attend(session: Session, registration: Registration, *, actor: str, now: datetime) -> None:
    if registration.state == "attended":
        return
    move(session, registration, "attended", actor=actor, now=now, reason="checked in")
    tell(session, RegistrationAttended(registration=registration.told_as()), now=now)


def walk_in(
    session: Session,
    workshop: Workshop,
    attendee: Attendee,
    scan: Scan,
    *,
    actor: str,
    now: datetime,
) -> Registered:
    """Register somebody at the door, if the pool has a seat, and check them in.

    A door without a connection may say so only when the workshop is over.
    Who is registered already is checked in as that. Raises NotEnoughSeats when it is full,
    TicketRefused for one who waits or was refused a seat. scan: its code is not read.
    """
    if workshop.state != "held" or scan.scanned_at > workshop.ends_at:
        require_state(workshop, "published", "closed", "running", to="take walk-ins")
    ledger = lock_ledger(session, workshop.id)
    before = find_scan(session, workshop.id, scan.scan_id)
    if before is not None and before.registration is not None:
        return Registered(before.registration, is_new=False)
    found = find_live(session, workshop.id, attendee.email, attendee.name)
    if found is None and not ledger.has_free_seat:
        raise NotEnoughSeats("All seats are taken. Raise the capacity to let more people in.")
    is_new = found is None
    if found is None:
        found = seat_at_the_door(session, workshop, ledger, attendee, actor=actor, now=now)
    refusal = "" if found.state in OPENS else NO_SEAT.get(found.state, UNKNOWN)
    kept = _keep(session, workshop, scan, found, refusal, actor=actor, now=now)
    require_let_in(kept)
    return Registered(found, is_new=is_new)


def settle_attendance(session: Session, workshop: Workshop, *, now: datetime) -> int:
    """After the end, where anyone was checked in: who was not has missed it. Answers how many."""
    used = select(CheckIn.id).where(
        CheckIn.workshop_id == workshop.id, CheckIn.verdict == "accepted"
    )
    if session.scalars(used.limit(1)).one_or_none() is None:
        return 0
    query = select(Registration).where(
        Registration.workshop_id == workshop.id, Registration.state == "confirmed"
    )
    missing = list(session.scalars(query.order_by(Registration.id)))
    for each in missing:
        move(session, each, "no_show", actor="timer", now=now, reason="not checked in")
        tell(session, RegistrationMissed(registration=each.told_as()), now=now)
    return len(missing)

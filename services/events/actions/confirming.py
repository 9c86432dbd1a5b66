"""A nominee confirms and so is registered; a body puts somebody else in a nominee's place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.calling_up import find_first_alternate, seat_nominee
from services.events.actions.failures import HasAttended, WrongState
from services.events.actions.heads import MEMBER, tell_head_left
from services.events.actions.nominating import (
    Nominee,
    find_registration,
    lock_nomination,
    nominate,
)
from services.events.actions.recording import move, require_state
from services.events.actions.waiting_list import drive_line
from services.events.model import Nomination, SeatLedger, Workshop
from services.events.queries.copies import organisation_names
from shared.contracts.events import (
    NominationConfirmed,
    NominationSubmitted,
    NominationSubstituted,
)
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.sentences import said
from shared.messaging.outbox import tell


def confirm(
    session: Session, nomination: Nomination, *, actor: str, now: datetime, reason: str = ""
) -> Nomination:
    """The nominee takes the seat and is registered; an alternate stands by.

    Confirming twice is one. Tells NominationConfirmed and RegistrationConfirmed.
    Raises WrongState once the time to confirm is over, whether or not the timer has looked.
    """
    workshop, ledger, _ = lock_nomination(session, nomination)
    if nomination.state in ("confirmed", "registered"):
        return nomination
    require_state(nomination, "submitted", to="be confirmed")
    _require_not_cancelled(workshop)
    if nomination.confirm_by is not None and nomination.confirm_by <= now:
        raise WrongState(said("This could be confirmed until %(at)s.", at=nomination.confirm_by))
    move(session, nomination, "confirmed", actor=actor, now=now, reason=reason)
    names = organisation_names(session, nomination.organisation_id)
    tell(session, NominationConfirmed(nomination=nomination.told_as(names)), now=now)
    if nomination.has_seat:
        ledger.held -= 1
        seat_nominee(session, workshop, nomination, ledger, actor=actor, now=now)
        drive_line(session, workshop, ledger, now=now)
    return nomination


def substitute(
    session: Session,
    nomination: Nomination,
    nominee: Nominee | None,
    *,
    actor: str,
    nominated_by: UUID | None,
    now: datetime,
    reason: str = "",
) -> Nomination:
    """Put another person in the nominee's seat, and answer the new nomination.

    Without a person, the body's first confirmed alternate is called up and is registered, as a
    member; whoever is named has the role of the one who leaves.
    Tells NominationSubstituted, and NominationSubmitted or RegistrationConfirmed.
    Raises WrongState from the cut-off on, which is the start where none is set.
    """
    workshop, ledger, _ = lock_nomination(session, nomination)
    require_state(nomination, "submitted", "confirmed", "registered", to="be substituted")
    _require_not_cancelled(workshop)
    cut_off = min(workshop.substitute_by or workshop.starts_at, workshop.starts_at)
    if cut_off <= now:
        raise WrongState(said("Nobody can be substituted after %(at)s.", at=cut_off))
    had_seat = _vacate(session, nomination, ledger, actor=actor, now=now, reason=reason)
    if nominee is None and not had_seat:
        raise Invalid.at("/person", "Name the person who stands by instead.")
    if nominee is None:
        successor, role = _require_first_alternate(session, nomination), MEMBER
    else:
        body_id = nomination.organisation_id
        successor, is_new = nominate(
            session, workshop, body_id, nominee, nominated_by=nominated_by, now=now
        )
        if not is_new and (successor.has_seat or successor.state == "registered"):
            raise Conflict("This person has a seat already.", code="already_nominated")
        role = nomination.role
    nomination.substituted_by = successor.id
    names = organisation_names(session, nomination.organisation_id)
    told = NominationSubstituted(nomination=nomination.told_as(names), by=successor.id)
    tell(session, told, now=now)
    successor.has_seat, successor.role = had_seat, role
    if nominee is None:
        tell_head_left(session, workshop, nomination, successor, now=now)
    _bring_in(session, workshop, successor, ledger, actor=actor, now=now)
    return successor


def _require_not_cancelled(workshop: Workshop) -> None:
    if workshop.state == "cancelled":
        raise WrongState("This workshop is cancelled.")


def _vacate(
    session: Session,
    nomination: Nomination,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
    reason: str,
) -> bool:
    """End the nomination, its seat staying held for the successor; whether it had one."""
    registration = find_registration(session, nomination)
    if registration is not None and registration.state in ("attended", "no_show"):
        raise HasAttended(nomination.name)
    if registration is not None and registration.state == "confirmed":
        ledger.confirmed -= 1
        ledger.held += 1
        registration.seat_of = None
        move(session, registration, "cancelled", actor=actor, now=now, reason="substituted")
    had_seat, nomination.has_seat = nomination.has_seat, False
    move(session, nomination, "substituted", actor=actor, now=now, reason=reason)
    return had_seat


def _bring_in(
    session: Session,
    workshop: Workshop,
    successor: Nomination,
    ledger: SeatLedger,
    *,
    actor: str,
    now: datetime,
) -> None:
    if successor.state == "confirmed" and successor.has_seat:
        ledger.held -= 1
        seat_nominee(session, workshop, successor, ledger, actor=actor, now=now)
        return
    successor.confirm_by = workshop.starts_at
    move(session, successor, "submitted", actor=actor, now=now, reason="substitute")
    names = organisation_names(session, successor.organisation_id)
    tell(session, NominationSubmitted(nomination=successor.told_as(names)), now=now)


def _require_first_alternate(session: Session, nomination: Nomination) -> Nomination:
    found = find_first_alternate(session, nomination)
    if found is None:
        raise Invalid.at(
            "/person", "Name the person who comes instead; no alternate has confirmed."
        )
    return found

"""Changing a registration: at once while registration is open, later by the organizer's leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.asking import checked_answers
from services.events.actions.filing import drop_unused_files, finder_of, own_files
from services.events.actions.leaving import find_live
from services.events.actions.recording import move, record, require_state
from services.events.actions.seats import lock_ledger
from services.events.model import Registration, RegistrationChange, Workshop
from shared.contracts.events_attendance import RegistrationChanged
from shared.foundation.failures import Conflict
from shared.foundation.ids import new_id
from shared.foundation.names import fold
from shared.messaging.outbox import tell

CHANGEABLE = ("pending", "confirmed", "waiting", "offered", "attended")


def change_registration(
    session: Session,
    registration: Registration,
    changes: Mapping[str, Any],
    *,
    is_organizer: bool,
    actor: str,
    now: datetime,
) -> RegistrationChange | None:
    """Change name, locale or answers. Tells RegistrationChanged.

    After the end of registration, an attendee's change waits for the organizer: the answer is
    that change, which takes the place of an earlier one that waits. Raises Invalid for answers
    that don't fit, Conflict for a name that is registered at this address already.
    """
    workshop = session.get_one(Workshop, registration.workshop_id)
    lock_ledger(session, workshop.id)
    session.refresh(registration)
    require_state(registration, *CHANGEABLE, to="be changed")
    wanted = dict(changes)
    if "answers" in wanted:
        files = finder_of(session, workshop, registration)
        wanted["answers"] = checked_answers(workshop.form, wanted["answers"], files=files)
    wanted = {name: value for name, value in wanted.items() if getattr(registration, name) != value}
    _require_free_name(session, registration, wanted)
    if not wanted:
        return None
    if "answers" in wanted:
        wanted["answers"] = own_files(session, registration, workshop.form, wanted["answers"])
    if is_organizer or not is_late(workshop, now):
        _apply(session, registration, wanted, actor=actor, now=now)
        return None
    return _ask(session, registration, wanted, now=now)


def is_late(workshop: Workshop, now: datetime) -> bool:
    """Whether registration has ended, by the clock or by the organizer."""
    return workshop.state != "published" or now >= workshop.registration_ends_at


def _require_free_name(
    session: Session, registration: Registration, wanted: Mapping[str, Any]
) -> None:
    name = wanted.get("name")
    if name is None or fold(name) == registration.name_key:
        return
    if find_live(session, registration.workshop_id, registration.email, name) is not None:
        raise Conflict("Somebody of this name is registered at this address already.")


def _apply(
    session: Session,
    registration: Registration,
    wanted: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> None:
    for name, value in wanted.items():
        setattr(registration, name, value)
    registration.name_key = fold(registration.name)
    registration.version += 1
    fields = ", ".join(wanted)
    record(
        session,
        registration,
        before=registration.state,
        actor=actor,
        now=now,
        reason=f"changed {fields}",
    )
    drop_unused_files(session, registration)
    tell(session, RegistrationChanged(registration=registration.told_as()), now=now)


def _ask(
    session: Session, registration: Registration, wanted: Mapping[str, Any], *, now: datetime
) -> RegistrationChange:
    found = pending_change(session, registration.id)
    if found is None:
        found = RegistrationChange(
            id=new_id(),
            version=0,
            registration_id=registration.id,
            workshop_id=registration.workshop_id,
            state="pending",
        )
        session.add(found)
    found.wanted = dict(wanted)
    found.asked_at = now
    found.version += 1
    drop_unused_files(session, registration)
    return found


def pending_change(session: Session, registration_id: UUID) -> RegistrationChange | None:
    """The registration's change that waits for the organizer."""
    query = select(RegistrationChange).where(
        RegistrationChange.registration_id == registration_id,
        RegistrationChange.state == "pending",
    )
    return session.scalars(query).one_or_none()


def decide_change(
    session: Session,
    change: RegistrationChange,
    *,
    is_approved: bool,
    actor: str,
    now: datetime,
    reason: str = "",
) -> RegistrationChange:
    """Let the change be, or not. Deciding the same twice is one."""
    wanted_state = "approved" if is_approved else "rejected"
    lock_ledger(session, change.workshop_id)
    session.refresh(change)
    if change.state == wanted_state:
        return change
    require_state(change, "pending", to=f"be {wanted_state}")
    move(session, change, wanted_state, actor=actor, now=now, reason=reason)
    registration = session.get_one(Registration, change.registration_id)
    if is_approved:
        _require_free_name(session, registration, change.wanted)
        _apply(session, registration, change.wanted, actor=actor, now=now)
    else:
        drop_unused_files(session, registration)
    return change

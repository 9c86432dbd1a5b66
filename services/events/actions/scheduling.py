"""Workshops from draft to held: create, change, publish, postpone, cancel, close, clone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.actions.asking import checked_form, keep_form
from services.events.actions.door import settle_attendance
from services.events.actions.programming import move_programme
from services.events.actions.recording import move, record, require_state
from services.events.actions.seats import lock_ledger, set_capacity
from services.events.actions.waiting_list import drive_line
from services.events.model import SeatLedger, Workshop
from services.events.queries.copies import organisation_names
from services.events.queries.courses import require_course
from shared.contracts.events import (
    WorkshopCancelled,
    WorkshopChanged,
    WorkshopClosed,
    WorkshopPostponed,
    WorkshopPublished,
    WorkshopRescheduled,
    WorkshopState,
)
from shared.foundation.failures import Fault, Invalid
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

# What attendees are told of when it changes after publishing.
TOLD_FIELDS: Final = ("titles", "starts_at", "ends_at", "time_zone", "venue")
TIMES: Final = (
    *("starts_at", "ends_at", "opens_at", "closes_at"),
    *("nominate_by", "confirm_by", "substitute_by"),
)


def create_workshop(
    session: Session, values: Mapping[str, Any], *, actor: str, now: datetime
) -> Workshop:
    """A draft workshop with its empty ledger. values: the model's columns.

    Raises Invalid for times that don't fit, and for a course that the host can't run.
    """
    workshop = Workshop(id=new_id(), version=1, state="draft", created_at=now, **values)
    _require_times(workshop)
    require_course(session, workshop)
    workshop.form = checked_form(workshop.form)
    session.add(workshop)
    session.flush()
    if workshop.form:
        keep_form(session, workshop, actor=actor, now=now)
    session.add(SeatLedger(workshop_id=workshop.id, capacity=workshop.capacity))
    record(session, workshop, before=None, actor=actor, now=now)
    return workshop


def _require_times(workshop: Workshop) -> None:
    faults = []
    if workshop.ends_at <= workshop.starts_at:
        faults.append(Fault("/ends_at", "It must end after it starts."))
    if workshop.closes_at and workshop.opens_at and workshop.closes_at <= workshop.opens_at:
        faults.append(Fault("/registration/closes_at", "Registration must close after it opens."))
    for name in ("nominate_by", "confirm_by", "substitute_by"):
        when = getattr(workshop, name)
        if when is not None and when > workshop.starts_at:
            faults.append(Fault(f"/registration/{name}", "It must lie before the start."))
    if workshop.nominate_by and workshop.confirm_by and workshop.confirm_by < workshop.nominate_by:
        faults.append(
            Fault("/registration/confirm_by", "People confirm after they could be nominated.")
        )
    if faults:
        raise Invalid("The times of the workshop don't fit together.", faults=faults)


def _require_run(session: Session, workshop: Workshop, before: Mapping[str, Any]) -> None:
    """A run of a course stays one, since its figures were told; a draft may be of another."""
    earlier = before.get("course_id", workshop.course_id)
    if earlier is not None and earlier != workshop.course_id:
        if workshop.course_id is None:
            raise Invalid.at("/course_id", "A run of a course stays one; cancel it instead.")
        if workshop.is_visible:
            raise Invalid.at("/course_id", "A published run keeps its course.")
    with session.no_autoflush:
        require_course(session, workshop)


def told_state(session: Session, workshop: Workshop) -> WorkshopState:
    """The workshop as messages carry it."""
    return workshop.told_as(organisation_names(session, workshop.host_id))


def lock_workshop(session: Session, workshop: Workshop) -> SeatLedger:
    """Lock the ledger, which orders all that happens to the workshop, and read it afresh."""
    ledger = lock_ledger(session, workshop.id)
    session.refresh(workshop)
    return ledger


def change_workshop(
    session: Session,
    workshop: Workshop,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    spares_nights: bool = False,
) -> Workshop:
    """Change some columns. Tells WorkshopChanged when attendees should know.

    Sessions move along with a workshop that moves.

    spares_nights: those who have night then are told in the morning.
    Registration that was closed by its date opens again with a later one, and tells
    WorkshopPublished. Raises NotEnoughSeats for a capacity below what is taken, WrongState
    after a cancellation.
    """
    require_state(workshop, "draft", "published", "closed", "running", "postponed", to="be changed")
    before = {name: getattr(workshop, name) for name in changes}
    began, ended = workshop.starts_at, workshop.ends_at
    changed = [name for name, value in changes.items() if before[name] != value]
    if not changed:
        return workshop
    for name in changed:
        setattr(workshop, name, changes[name])
    _require_times(workshop)
    move_programme(session, workshop, began=began, ended=ended)
    if "closes_at" in changed:
        _open_again(session, workshop, before["closes_at"], actor=actor, now=now)
    if {"course_id", "kind"} & set(changed):
        _require_run(session, workshop, before)
    if "form" in changed:
        workshop.form = checked_form(workshop.form)
        keep_form(session, workshop, actor=actor, now=now)
    workshop.version += 1
    why = f"changed {', '.join(changed)}"
    record(session, workshop, before=workshop.state, actor=actor, now=now, reason=why)
    ledger = lock_ledger(session, workshop.id)
    if "capacity" in changed:
        set_capacity(session, ledger, workshop.capacity, now=now)
    _tell_change(session, workshop, changed, spares_nights=spares_nights, now=now)
    drive_line(session, workshop, ledger, now=now)
    return workshop


def _tell_change(
    session: Session,
    workshop: Workshop,
    changed: Sequence[str],
    *,
    spares_nights: bool,
    now: datetime,
) -> None:
    told = tuple(name for name in changed if name in TOLD_FIELDS)
    if told and workshop.state in ("published", "closed", "running"):
        state = told_state(session, workshop)
        tell(
            session,
            WorkshopChanged(workshop=state, changed=told, spares_nights=spares_nights),
            now=now,
        )


def _open_again(
    session: Session, workshop: Workshop, closed_at: datetime | None, *, actor: str, now: datetime
) -> None:
    was_by_date = workshop.state == "closed" and closed_at is not None and closed_at <= now
    if was_by_date and workshop.registration_ends_at > now:
        move(session, workshop, "published", actor=actor, now=now, reason="it closes later")
        tell(session, WorkshopPublished(workshop=told_state(session, workshop)), now=now)


def publish(
    session: Session, workshop: Workshop, *, actor: str, now: datetime, reason: str = ""
) -> Workshop:
    """People can see it and register. Publishing twice is one."""
    lock_workshop(session, workshop)
    if workshop.state == "published":
        return workshop
    require_state(workshop, "draft", to="be published")
    move(session, workshop, "published", actor=actor, now=now, reason=reason)
    tell(session, WorkshopPublished(workshop=told_state(session, workshop)), now=now)
    return workshop


def close(
    session: Session, workshop: Workshop, *, actor: str, now: datetime, reason: str = ""
) -> Workshop:
    """Registration ends; the waiting list is still served."""
    lock_workshop(session, workshop)
    if workshop.state == "closed":
        return workshop
    require_state(workshop, "published", to="be closed")
    move(session, workshop, "closed", actor=actor, now=now, reason=reason)
    tell(session, WorkshopClosed(workshop=told_state(session, workshop)), now=now)
    return workshop


def postpone(
    session: Session, workshop: Workshop, *, actor: str, now: datetime, reason: str = ""
) -> Workshop:
    """It will not be held at its time; everyone keeps what they have."""
    lock_workshop(session, workshop)
    if workshop.state == "postponed":
        return workshop
    require_state(workshop, "published", "closed", to="be postponed")
    move(session, workshop, "postponed", actor=actor, now=now, reason=reason)
    message = WorkshopPostponed(workshop=told_state(session, workshop), reason=reason)
    tell(session, message, now=now)
    return workshop


def reschedule(
    session: Session,
    workshop: Workshop,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    actor: str,
    now: datetime,
    reason: str = "",
    spares_nights: bool = False,
) -> Workshop:
    """A postponed workshop is published with its new time, to which its sessions move along.

    Without times, those that were set by a change in the meantime hold. spares_nights: as in
    `change_workshop`.
    """
    ledger = lock_workshop(session, workshop)
    require_state(workshop, "postponed", to="be rescheduled")
    began, ended = workshop.starts_at, workshop.ends_at
    workshop.starts_at = starts_at or began
    workshop.ends_at = ends_at or workshop.starts_at + (ended - began)
    _require_times(workshop)
    if workshop.starts_at <= now:
        raise Invalid.at("/starts_at", "The new time must be still to come.")
    move_programme(session, workshop, began=began, ended=ended)
    if workshop.closes_at and workshop.closes_at <= now:
        workshop.closes_at = None
    move(session, workshop, "published", actor=actor, now=now, reason=reason)
    message = WorkshopRescheduled(
        workshop=told_state(session, workshop), reason=reason, spares_nights=spares_nights
    )
    tell(session, message, now=now)
    drive_line(session, workshop, ledger, now=now)
    return workshop


def cancel_workshop(
    session: Session, workshop: Workshop, *, actor: str, now: datetime, reason: str = ""
) -> Workshop:
    """It will not be held; everyone who has a seat or waits is told."""
    lock_workshop(session, workshop)
    if workshop.state == "cancelled":
        return workshop
    require_state(workshop, "draft", "published", "closed", "postponed", to="be cancelled")
    was_visible = workshop.is_visible
    move(session, workshop, "cancelled", actor=actor, now=now, reason=reason)
    if was_visible:
        message = WorkshopCancelled(workshop=told_state(session, workshop), reason=reason)
        tell(session, message, now=now)
    return workshop


def workshops_to_move_on(session: Session, *, now: datetime) -> list[UUID]:
    """Ids of workshops that have closed, begun or ended since they were looked at."""
    closed = (Workshop.state == "published") & (Workshop.closes_at <= now)
    begun = Workshop.state.in_(("published", "closed")) & (Workshop.starts_at <= now)
    ended = (Workshop.state == "running") & (Workshop.ends_at <= now)
    return list(session.scalars(select(Workshop.id).where(or_(closed, begun, ended))))


def move_on(session: Session, workshop_id: UUID, *, now: datetime) -> None:
    """By the clock: a workshop is closed at its date, runs from its start, was held at its end.

    Tells WorkshopClosed.
    """
    workshop = session.get_one(Workshop, workshop_id)
    lock_workshop(session, workshop)
    if workshop.state == "published" and workshop.registration_ends_at <= now:
        close(session, workshop, actor="timer", now=now, reason="its closing date has come")
    if workshop.state in ("published", "closed") and workshop.starts_at <= now:
        move(session, workshop, "running", actor="timer", now=now, reason="it has begun")
    if workshop.state == "running" and workshop.ends_at <= now:
        move(session, workshop, "held", actor="timer", now=now, reason="it has ended")
        settle_attendance(session, workshop, now=now)

"""Serving somebody out of turn: the organizer's decision, kept with its reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.recording import record, require_state
from services.events.actions.seats import lock_ledger
from services.events.actions.waiting_list import drive_line
from services.events.model import Registration, RegistrationGroup, Workshop
from shared.foundation.failures import Invalid
from shared.foundation.sheets import as_is as _


def put_first(
    session: Session, registration: Registration, *, actor: str, now: datetime, reason: str = ""
) -> Registration:
    """The entry is first in line, with its whole group where that comes together.

    The next seat that is free goes to it; the others keep their order. Who is first already
    stays so. Raises Invalid without a reason, WrongState for one who does not wait.
    """
    if not reason:
        raise Invalid.at("/reason", _("Say why somebody is served out of turn; it is kept."))
    ledger = lock_ledger(session, registration.workshop_id)
    session.refresh(registration)
    require_state(registration, "waiting", to="be put first in line")
    line = _line(session, registration)
    chosen = _party(session, registration, line)
    ordered = [*chosen, *(each for each in line if each not in chosen)]
    if ordered == line:
        return registration
    numbers = [each.queue_number for each in line]
    for each, number in zip(ordered, numbers, strict=True):
        each.queue_number = number
    for each in chosen:
        each.version += 1
        said = f"put first in line: {reason}"
        record(session, each, before=each.state, actor=actor, now=now, reason=said)
    session.flush()
    workshop = session.get_one(Workshop, registration.workshop_id, populate_existing=True)
    drive_line(session, workshop, ledger, now=now)
    return registration


def _line(session: Session, registration: Registration) -> list[Registration]:
    """All who wait there, in order."""
    query = select(Registration).where(
        Registration.workshop_id == registration.workshop_id, Registration.state == "waiting"
    )
    ordered = query.order_by(Registration.queue_number).execution_options(populate_existing=True)
    return list(session.scalars(ordered))


def _party(
    session: Session, registration: Registration, line: Sequence[Registration]
) -> list[Registration]:
    group_id = registration.group_id
    group = session.get(RegistrationGroup, group_id) if group_id is not None else None
    if group is None or not group.is_together:
        return [registration]
    return [each for each in line if each.group_id == group_id]

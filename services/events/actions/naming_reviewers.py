"""Who reviews for a call: naming them, and reminding them of what they have left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from services.events.model import Call, CallReviewer, PersonCopy, Workshop
from services.events.model.call import REMIND_AFTER
from services.events.queries.calls import left_to_review
from services.events.queries.copies import organisation_names
from shared.contracts.events_calls import CallState, ReviewerNamed, ReviewsDue
from shared.foundation.failures import Invalid
from shared.foundation.reminders import due_reminder
from shared.foundation.sheets import as_is as _
from shared.messaging.outbox import tell

MADE_UP_FOR: Final = timedelta(days=7)
"""How late a reminder that was missed is still given."""
TO_COME: Final = ("draft", "published", "postponed", "closed")
"""States of workshops whose programme is still open."""


def set_reviewers(
    session: Session, call: Call, person_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Exactly these people review, and see this call alone.

    Tells ReviewerNamed of each who is new. Raises Invalid for an unknown one.
    """
    session.refresh(call, with_for_update=True)
    known = select(PersonCopy.id).where(PersonCopy.id.in_(person_ids), ~PersonCopy.is_erased)
    unknown = set(person_ids) - set(session.scalars(known))
    if unknown:
        raise Invalid.at("/person_ids", _("Nobody of that kind is known here."))
    before = {each.person_id for each in _reviewers(session, call)}
    gone = [each for each in before if each not in person_ids]
    of_call = CallReviewer.call_id == call.id
    session.execute(delete(CallReviewer).where(of_call, CallReviewer.person_id.in_(gone)))
    workshop = session.get_one(Workshop, call.workshop_id)
    # Whoever is named later than reminders are given is not reminded of the same at once.
    reminded_of = call.closes_at if _is_time(call, workshop, now=now) else None
    state = _told_state(session, call, workshop)
    for person_id in dict.fromkeys(each for each in person_ids if each not in before):
        made = CallReviewer(call_id=call.id, person_id=person_id, reminded_of=reminded_of)
        session.add(made)
        tell(session, ReviewerNamed(call=state, person_id=person_id), now=now)
    session.flush()


def calls_to_remind_of(session: Session, *, now: datetime) -> list[UUID]:
    """Calls that have closed a while ago where a reviewer was not seen to yet."""
    query = (
        select(Call, Workshop)
        .join(Workshop, Workshop.id == Call.workshop_id)
        .where(
            Call.closes_at <= now,
            Call.closes_at > now - REMIND_AFTER - MADE_UP_FOR,
            Workshop.state.in_(TO_COME),
            select(CallReviewer).where(*_not_seen_to(Call)).exists(),
        )
        .order_by(Call.id)
    )
    found = session.execute(query)
    return [call.id for call, workshop in found if _is_time(call, workshop, now=now)]


def remind_reviewers(session: Session, call_id: UUID, *, now: datetime) -> int:
    """Tell ReviewsDue of each who has something left, once of each closing. Answers how many."""
    call = session.get_one(Call, call_id, with_for_update=True)
    workshop = session.get_one(Workshop, call.workshop_id)
    if not _is_time(call, workshop, now=now):
        return 0
    state, told = _told_state(session, call, workshop), 0
    for each in session.scalars(select(CallReviewer).where(*_not_seen_to(call))).all():
        each.reminded_of = call.closes_at
        left = left_to_review(session, call, each.person_id)
        if left:
            tell(session, ReviewsDue(call=state, person_id=each.person_id, left=left), now=now)
            told += 1
    return told


def _reviewers(session: Session, call: Call) -> list[CallReviewer]:
    return list(session.scalars(select(CallReviewer).where(CallReviewer.call_id == call.id)))


def _not_seen_to(call: Call | type[Call]) -> tuple[ColumnElement[bool], ...]:
    is_of_call = CallReviewer.call_id == call.id
    return is_of_call, CallReviewer.reminded_of.is_distinct_from(call.closes_at)


def _is_time(call: Call, workshop: Workshop, *, now: datetime) -> bool:
    """From nine by the workshop's clocks, two days after the closing; for a week."""
    until = call.closes_at + REMIND_AFTER + MADE_UP_FOR
    days = [MADE_UP_FOR.days]
    return due_reminder(until, days, workshop.time_zone, now=now) is not None


def _told_state(session: Session, call: Call, workshop: Workshop) -> CallState:
    return call.told_as(workshop, organisation_names(session, workshop.host_id))

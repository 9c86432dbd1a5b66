"""Following recommendations up: what became of them, step by step, and reminding of the review."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.events.actions.concluding import told_state
from services.events.actions.failures import WrongState
from services.events.actions.recording import move, record, require_state
from services.events.model import Finding, FindingReminder, Workshop
from services.events.model.finding import DAYS, OPEN
from shared.contracts.events_findings import RecommendationDue, RecommendationMoved
from shared.foundation.failures import Invalid
from shared.foundation.reminders import due_reminder
from shared.messaging.outbox import tell

STEPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "accept": ("accepted", ("published", "declined")),
    "decline": ("declined", ("published", "accepted")),
    "begin": ("under_way", ("accepted",)),
    "complete": ("done", ("accepted", "under_way")),
}
"""verb → the state after it, the states before it."""
MADE_UP_FOR: Final = 7
"""Days after the review in which a reminder that was missed is still given."""


def take_step(
    session: Session,
    found: Finding,
    verb: str,
    *,
    by: UUID | None,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Finding:
    """Take the recommendation a step further; the same step twice is once.

    reason: the note on its progress; declining needs one. Tells RecommendationMoved.
    """
    after, before = STEPS[verb]
    session.refresh(found, with_for_update=True)
    if found.state == after:
        return found
    _require_followed_up(found)
    require_state(found, *before, to=f"become {after}")
    if verb == "decline" and not reason:
        raise Invalid.at("/reason", "Say why it is declined.")
    move(session, found, after, actor=actor, now=now, reason=reason)
    _tell_moved(session, found, reason, by=by, now=now)
    return found


def note_progress(
    session: Session, found: Finding, *, by: UUID | None, actor: str, now: datetime, reason: str
) -> Finding:
    """Keep how it goes, in the state that it is in. Tells RecommendationMoved."""
    session.refresh(found, with_for_update=True)
    _require_followed_up(found)
    if not reason:
        raise Invalid.at("/reason", "Say how it goes.")
    found.version += 1
    record(session, found, before=found.state, actor=actor, now=now, reason=reason)
    _tell_moved(session, found, reason, by=by, now=now)
    session.flush()
    return found


def _require_followed_up(found: Finding) -> None:
    if not found.is_followed_up:
        raise WrongState("Only a published recommendation is followed up.")


def _tell_moved(
    session: Session, found: Finding, reason: str, *, by: UUID | None, now: datetime
) -> None:
    state = told_state(session, found)
    tell(session, RecommendationMoved(recommendation=state, reason=reason, moved_by=by), now=now)


def reviews_to_remind_of(session: Session, *, now: datetime) -> list[UUID]:
    """Open recommendations whose people are to be reminded now."""
    return [found.id for found, _days in _due(session, now=now)]


def remind_of_review(session: Session, finding_id: UUID, *, now: datetime) -> bool:
    """Tell RecommendationDue, if it is due and was not told. Answers whether it was."""
    session.get_one(Finding, finding_id, with_for_update=True)
    due = _due(session, Finding.id == finding_id, now=now)
    for found, days in due:
        given = {"finding_id": found.id, "review_on": found.review_on, "days": days}
        session.add(FindingReminder(**given, told_at=now))
        message = RecommendationDue(recommendation=told_state(session, found), days=days)
        tell(session, message, now=now)
    return bool(due)


def _due(session: Session, *only: ColumnElement[bool], now: datetime) -> list[tuple[Finding, int]]:
    """At nine by the workshop's clocks, on the days of `DAYS`."""
    given = (
        select(func.min(FindingReminder.days))
        .where(
            FindingReminder.finding_id == Finding.id,
            FindingReminder.review_on == Finding.review_on,
        )
        .scalar_subquery()
    )
    # A day more on either side: it is not the same day everywhere.
    today, around = now.date(), timedelta(days=1)
    query = (
        select(Finding, Workshop.time_zone, given)
        .join(Workshop, Workshop.id == Finding.workshop_id)
        .where(
            Finding.kind == "recommendation",
            Finding.state.in_(OPEN),
            Finding.review_on >= today - timedelta(days=MADE_UP_FOR) - around,
            Finding.review_on <= today + timedelta(days=max(DAYS)) + around,
            *only,
        )
        .order_by(Finding.id)
    )
    found = []
    for each, zone, last in session.execute(query):
        until = each.review_on + timedelta(days=MADE_UP_FOR)
        moment = datetime.combine(until, time.max, ZoneInfo(zone))
        late = due_reminder(moment, [days + MADE_UP_FOR for days in DAYS], zone, now=now)
        days = None if late is None else late - MADE_UP_FOR
        if days is not None and (last is None or days < last):
            found.append((each, days))
    return found

"""Reminding people of workshops that begin and of seats that they have not confirmed.

Nothing is planned ahead: who is due is asked of what holds now. So a reminder moves with its
workshop, ends with a cancellation, and is not lost where the service was down at its time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying import once_each, workshop_facts
from services.notifications.actions.knowing import attendee
from services.notifications.model import (
    AttendanceCopy,
    Notification,
    OrganisationRules,
    Recipient,
    ReminderMark,
    WorkshopCopy,
)
from services.notifications.model.reminder import (
    CONFIRM,
    MOST_DAYS,
    START,
    START_HOURS,
    plain_reminders,
)
from shared.database import is_among
from shared.foundation.clock import local_day
from shared.foundation.reminders import due_hours, due_reminder, reminder_at

REMINDERS: Final = UUID("0b8d8d52-6c2b-5a63-9d8e-3f6f0f6f1a77")
"""Namespace of the ids by which a reminder is the same one."""
KINDS: Final = {
    START: "reminder_start",
    START_HOURS: "reminder_start",
    CONFIRM: "reminder_confirm",
}
REGISTRATION: Final = "registration"
TAKES_PLACE: Final = ("published", "closed")
LONGEST: Final = timedelta(days=MOST_DAYS + 2)
"""From the earliest reminder to its moment, wherever on earth its morning is."""

Chosen = Mapping[str, Sequence[int]]
Mark = tuple[UUID, str, date, str]
"""Workshop, before what, on which day in which time zone."""


@dataclass(frozen=True)
class Group:
    """Those of one workshop and time zone who are reminded of a moment on the same day there.

    days: before it; of start_hours, hours.
    """

    workshop_id: UUID
    before: str
    days: int
    day: date
    time_zone: str


def due_groups(session: Session, *, now: datetime) -> list[Group]:
    """Whom to remind: groups whose time has come and who were not reminded since."""
    near = _near(session, now=now)
    marked = _marked(session, [workshop.id for workshop, _ in near])
    return [
        group
        for workshop, chosen in near
        for group in _groups(session, workshop, chosen, now=now)
        if group.days < marked.get(_mark_of(group), MOST_DAYS + 1)
    ]


def remind(session: Session, group: Group, *, now: datetime) -> None:
    """Remind the group if that still holds and was not done. A later reminder ends earlier ones."""
    marked = _marked(session, [group.workshop_id])
    if group.days >= marked.get(_mark_of(group), MOST_DAYS + 1):
        return
    workshop = session.get_one(WorkshopCopy, group.workshop_id)
    if workshop.state not in TAKES_PLACE:
        return
    people = _people(session, workshop, group, now=now)
    if not people:
        return
    key = {"before": group.before, "days": group.days, "local_day": group.day}
    session.add(
        ReminderMark(workshop_id=workshop.id, **key, time_zone=group.time_zone, given_at=now)
    )
    session.flush()
    _tell(session, workshop, group, people, now=now)


def _near(session: Session, *, now: datetime) -> list[tuple[WorkshopCopy, Chosen]]:
    """Workshops that are still to come where somebody may be due, with what their host chose."""
    awaited = select(AttendanceCopy.workshop_id).where(
        AttendanceCopy.state == "submitted",
        AttendanceCopy.confirm_by > now,
        AttendanceCopy.confirm_by <= now + LONGEST,
    )
    query = (
        select(WorkshopCopy, OrganisationRules.reminders, WorkshopCopy.id.in_(awaited))
        .outerjoin(OrganisationRules, OrganisationRules.id == WorkshopCopy.host_id)
        .where(
            WorkshopCopy.state.in_(TAKES_PLACE),
            WorkshopCopy.starts_at > now,
            or_(WorkshopCopy.starts_at <= now + LONGEST, WorkshopCopy.id.in_(awaited)),
        )
        .order_by(WorkshopCopy.starts_at, WorkshopCopy.id)
    )
    near: list[tuple[WorkshopCopy, Chosen]] = []
    for workshop, reminders, is_awaited in session.execute(query):
        chosen = plain_reminders(reminders)
        ahead = max((*chosen[START], *(hours // 24 for hours in chosen[START_HOURS])), default=0)
        longest = timedelta(days=ahead + 1)
        if is_awaited or now >= workshop.starts_at - longest:
            near.append((workshop, chosen))
    return near


def _marked(session: Session, workshop_ids: list[UUID]) -> dict[Mark, int]:
    """Who was reminded → the last reminder that they were given, in days before."""
    query = select(ReminderMark).where(is_among(session, ReminderMark.workshop_id, workshop_ids))
    marked: dict[Mark, int] = {}
    for each in session.scalars(query):
        key = (each.workshop_id, each.before, each.local_day, each.time_zone)
        marked[key] = min(each.days, marked.get(key, each.days))
    return marked


def _mark_of(group: Group) -> Mark:
    return (group.workshop_id, group.before, group.day, group.time_zone)


def _awaited(workshop_id: UUID) -> ColumnElement[bool]:
    """Who can be reminded at all."""
    return and_(
        AttendanceCopy.workshop_id == workshop_id,
        or_(
            and_(AttendanceCopy.kind == REGISTRATION, AttendanceCopy.state == "confirmed"),
            and_(
                AttendanceCopy.kind != REGISTRATION,
                AttendanceCopy.state == "submitted",
                AttendanceCopy.confirm_by.is_not(None),
            ),
        ),
    )


def _groups(
    session: Session, workshop: WorkshopCopy, chosen: Chosen, *, now: datetime
) -> list[Group]:
    query = (
        select(AttendanceCopy.kind, AttendanceCopy.confirm_by, Recipient.time_zone)
        .outerjoin(Recipient, Recipient.id == AttendanceCopy.person_id)
        .where(_awaited(workshop.id))
        .distinct()
    )
    found: set[Group] = set()
    for kind, confirm_by, zone in session.execute(query):
        before = START if kind == REGISTRATION else CONFIRM
        moment = (confirm_by if before == CONFIRM else None) or workshop.starts_at
        time_zone = zone or workshop.time_zone
        day = local_day(moment, time_zone)
        days = due_reminder(moment, chosen[before], time_zone, now=now)
        if days is not None:
            found.add(Group(workshop.id, before, days, day, time_zone))
        hours = due_hours(moment, chosen[START_HOURS], now=now) if before == START else None
        if hours is not None:
            found.add(Group(workshop.id, START_HOURS, hours, day, time_zone))
    return sorted(found, key=lambda each: (each.before, each.days, each.day, each.time_zone))


def _people(
    session: Session, workshop: WorkshopCopy, group: Group, *, now: datetime
) -> list[AttendanceCopy]:
    """Who belongs to the group; nobody any more where the workshop has moved."""
    is_of_kind = AttendanceCopy.kind == REGISTRATION
    query = (
        select(AttendanceCopy, Recipient.time_zone)
        .outerjoin(Recipient, Recipient.id == AttendanceCopy.person_id)
        .where(_awaited(workshop.id), ~is_of_kind if group.before == CONFIRM else is_of_kind)
        .order_by(AttendanceCopy.id)
    )
    people = [
        each
        for each, zone in session.execute(query)
        if (zone or workshop.time_zone) == group.time_zone
        and now < _moment(workshop, group, each)
        and local_day(_moment(workshop, group, each), group.time_zone) == group.day
    ]
    return once_each(people)


def _moment(workshop: WorkshopCopy, group: Group, each: AttendanceCopy) -> datetime:
    awaited = each.confirm_by if group.before == CONFIRM else None
    return awaited or workshop.starts_at


def _given_at(group: Group, moment: datetime) -> datetime:
    if group.before == START_HOURS:
        return moment - timedelta(hours=group.days)
    return reminder_at(moment, group.days, group.time_zone)


def _tell(
    session: Session,
    workshop: WorkshopCopy,
    group: Group,
    people: list[AttendanceCopy],
    *,
    now: datetime,
) -> None:
    """Those who heard of it since the reminder's time, such as by its confirmation, need none."""
    heard = session.execute(
        select(Notification.about_id, func.max(Notification.created_at))
        .where(is_among(session, Notification.about_id, [each.id for each in people]))
        .group_by(Notification.about_id)
    )
    last: dict[UUID, datetime] = {row[0]: row[1] for row in heard}
    telling: list[tuple[News, Addressee]] = []
    for each in people:
        given_at = _given_at(group, _moment(workshop, group, each))
        if each.id not in last or last[each.id] < given_at:
            telling.append((_news(workshop, group, each), attendee(each)))
    tell_people(session, telling, now=now)


def _news(workshop: WorkshopCopy, group: Group, each: AttendanceCopy) -> News:
    name = f"{workshop.id}:{group.before}:{group.days}:{group.day}"
    facts: dict[str, Any] = workshop_facts(workshop) | {"days": group.days}
    if group.before == CONFIRM:
        facts["until"] = each.confirm_by
    else:
        facts["online_address"] = workshop.venue.get("url") or ""
    return News(
        kind=KINDS[group.before],
        message_id=uuid5(REMINDERS, name),
        facts=facts,
        workshop_id=workshop.id,
        host_id=workshop.host_id,
    )

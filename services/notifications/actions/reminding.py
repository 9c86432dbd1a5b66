"""Reminding people of workshops that begin and of seats that they have not confirmed.

Nothing is planned ahead: who is due is asked of what holds now. So a reminder moves with its
workshop, ends with a cancellation, and is not lost where the service was down at its time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying import workshop_facts
from services.notifications.model import (
    AttendanceCopy,
    Notification,
    OrganisationRules,
    Recipient,
    ReminderMark,
    WorkshopCopy,
)
from services.notifications.model.reminder import CONFIRM, MOST_DAYS, START, plain_reminders
from shared.database import is_among
from shared.foundation.reminders import due_reminder, local_day, reminder_at

REMINDERS: Final = UUID("0b8d8d52-6c2b-5a63-9d8e-3f6f0f6f1a77")
"""Namespace of the ids by which a reminder is the same one."""
KINDS: Final = {START: "reminder_start", CONFIRM: "reminder_confirm"}
TAKES_PLACE: Final = ("published", "closed")


@dataclass(frozen=True)
class Group:
    """Those of one workshop and time zone who are reminded of the same moment."""

    workshop: WorkshopCopy
    before: str
    days: int
    day: date
    time_zone: str
    people: Sequence[AttendanceCopy]


def remind_next(session: Session, *, now: datetime) -> bool:
    """Remind one group that is due and was not; False where there is none."""
    for workshop in _near(session, now=now):
        for group in _groups(session, workshop, now=now):
            if not _mark(session, group, now=now):
                continue
            _tell(session, group, now=now)
            return True
    return False


def _near(session: Session, *, now: datetime) -> list[WorkshopCopy]:
    """Workshops that are still to come, within the longest time that can be asked for."""
    query = select(WorkshopCopy).where(
        WorkshopCopy.state.in_(TAKES_PLACE),
        WorkshopCopy.starts_at > now,
        WorkshopCopy.starts_at <= now + timedelta(days=2 * MOST_DAYS),
    )
    return list(session.scalars(query.order_by(WorkshopCopy.starts_at, WorkshopCopy.id)))


def _groups(session: Session, workshop: WorkshopCopy, *, now: datetime) -> Iterator[Group]:
    rules = session.get(OrganisationRules, workshop.host_id)
    chosen = plain_reminders(rules.reminders if rules is not None else None)
    query = (
        select(AttendanceCopy, Recipient.time_zone)
        .outerjoin(Recipient, Recipient.id == AttendanceCopy.person_id)
        .where(
            AttendanceCopy.workshop_id == workshop.id,
            AttendanceCopy.state.in_(("confirmed", "submitted")),
        )
    )
    due: list[tuple[tuple[str, int, date, str], AttendanceCopy]] = []
    for each, zone in session.execute(query):
        before = START if each.kind == "registration" else CONFIRM
        moment = workshop.starts_at if before == START else each.confirm_by
        is_awaited = each.state == ("confirmed" if before == START else "submitted")
        if moment is None or not is_awaited:
            continue
        time_zone = zone or workshop.time_zone
        days = due_reminder(moment, chosen[before], time_zone, now=now)
        if days is not None:
            due.append(((before, days, local_day(moment, time_zone), time_zone), each))
    due.sort(key=lambda pair: (pair[0], pair[1].id))
    for key, pairs in groupby(due, key=lambda pair: pair[0]):
        before, days, day, time_zone = key
        people = [each for _, each in pairs]
        yield Group(workshop, before, days, day, time_zone, people)


def _mark(session: Session, group: Group, *, now: datetime) -> bool:
    """Note that they are reminded; False where they were. A later reminder ends earlier ones."""
    marked = session.scalars(
        select(ReminderMark.days).where(
            ReminderMark.workshop_id == group.workshop.id,
            ReminderMark.before == group.before,
            ReminderMark.local_day == group.day,
            ReminderMark.time_zone == group.time_zone,
        )
    ).all()
    if any(days <= group.days for days in marked):
        return False
    made = ReminderMark(
        workshop_id=group.workshop.id,
        before=group.before,
        days=group.days,
        local_day=group.day,
        time_zone=group.time_zone,
        given_at=now,
    )
    session.add(made)
    session.flush()
    return True


def _tell(session: Session, group: Group, *, now: datetime) -> None:
    """Those who heard of it since the reminder's time, such as by its confirmation, need none."""
    name = f"{group.workshop.id}:{group.before}:{group.days}:{group.day}"
    ids = [each.id for each in group.people]
    heard = session.execute(
        select(Notification.about_id, func.max(Notification.created_at))
        .where(is_among(session, Notification.about_id, ids))
        .group_by(Notification.about_id)
    )
    last: dict[UUID, datetime] = {row[0]: row[1] for row in heard}
    telling = [
        (_news(group, name, each), _addressee(each))
        for each in _once(group.people)
        if each.id not in last or last[each.id] < _given_at(group, each)
    ]
    tell_people(session, telling, now=now)


def _given_at(group: Group, each: AttendanceCopy) -> datetime:
    moment = each.confirm_by if group.before == CONFIRM else None
    return reminder_at(moment or group.workshop.starts_at, group.days, group.time_zone)


def _once(people: Iterable[AttendanceCopy]) -> Iterable[AttendanceCopy]:
    return {(each.email_key, each.name.casefold()): each for each in people}.values()


def _news(group: Group, name: str, each: AttendanceCopy) -> News:
    facts: dict[str, Any] = workshop_facts(group.workshop) | {"days": group.days}
    if group.before == CONFIRM:
        facts["until"] = each.confirm_by
    else:
        facts["online_address"] = group.workshop.venue.get("url") or ""
    return News(
        kind=KINDS[group.before],
        message_id=uuid5(REMINDERS, name),
        facts=facts,
        workshop_id=group.workshop.id,
        host_id=group.workshop.host_id,
    )


def _addressee(each: AttendanceCopy) -> Addressee:
    return Addressee(
        about_id=each.id,
        name=each.name,
        email=each.email,
        locale=each.locale,
        path=f"/events/links/{each.link_token}",
        person_id=each.person_id,
    )

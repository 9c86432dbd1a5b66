"""Who hears of a mail about a workshop that reached nobody: whoever can reach them otherwise."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.notifications.actions.composing import News, tell_people
from services.notifications.actions.copying import workshop_facts
from services.notifications.actions.knowing import addressee_of
from services.notifications.model import (
    AttendanceCopy,
    Delivery,
    Notification,
    PostCopy,
    Recipient,
    WorkshopCopy,
)
from shared.days import day_of

FOCAL_POINT: Final = "focal_point"
KIND: Final = "undeliverable"
ESCALATIONS: Final = UUID("c1a0f0f6-4f0e-5c43-8a55-0e8c7c0b6f11")
"""Namespace of the ids by which an escalation is the same one."""
IMPORTANT: Final = "workshop"


def focal_points_of(session: Session, organisation_id: UUID, *, today: date) -> list[Recipient]:
    """The organisation's focal points in office who have a mail address."""
    in_office = select(PostCopy.person_id).where(
        PostCopy.organisation_id == organisation_id,
        PostCopy.role == FOCAL_POINT,
        PostCopy.is_over.is_(False),
        or_(PostCopy.starts_on.is_(None), PostCopy.starts_on <= today),
        or_(PostCopy.ends_on.is_(None), PostCopy.ends_on >= today),
    )
    query = select(Recipient).where(Recipient.id.in_(in_office), Recipient.email.is_not(None))
    return list(session.scalars(query.order_by(Recipient.id)))


def escalate(session: Session, delivery_id: UUID, reason: str, *, now: datetime) -> None:
    """Tell the focal points of the body that the person comes from, else of the host.

    Once a day for a workshop and a kind of mail: the page that is linked has them all.
    """
    delivery = session.get(Delivery, delivery_id)
    lost = session.get(Notification, delivery.notification_id) if delivery is not None else None
    if delivery is None or lost is None or lost.category != IMPORTANT or lost.kind == KIND:
        return
    workshop = session.get(WorkshopCopy, lost.workshop_id) if lost.workshop_id else None
    if workshop is None:
        return
    focal_points, path = _who_can_help(session, lost, workshop, today=day_of(session, now))
    name = f"{workshop.id}:{lost.kind}:{day_of(session, now)}"
    facts: dict[str, Any] = {"lost": lost.name, "address": delivery.address, "reason": reason}
    news = News(
        kind=KIND,
        message_id=uuid5(ESCALATIONS, name),
        facts=workshop_facts(workshop) | facts,
        workshop_id=workshop.id,
        host_id=workshop.host_id,
    )
    focal_points = [each for each in focal_points if each.id not in (lost.person_id, lost.about_id)]
    known = _told_already(session, news.message_id, focal_points)
    telling = [(news, addressee_of(each, path=path)) for each in focal_points]
    tell_people(session, [pair for pair in telling if pair[1].about_id not in known], now=now)


def _who_can_help(
    session: Session, lost: Notification, workshop: WorkshopCopy, *, today: date
) -> tuple[list[Recipient], str]:
    """Them, and the page where they see more."""
    attendance = session.get(AttendanceCopy, lost.about_id)
    body_id = attendance.organisation_id if attendance is not None else None
    if body_id is not None and (found := focal_points_of(session, body_id, today=today)):
        return found, f"/events/delegation/{workshop.id}/{body_id}"
    found = focal_points_of(session, workshop.host_id, today=today)
    return found, f"/notifications/workshops/{workshop.id}/proof"


def _told_already(session: Session, message_id: UUID, people: list[Recipient]) -> set[UUID]:
    keys = {f"{message_id}:{each.id}": each.id for each in people}
    query = select(Notification.idempotency_key).where(Notification.idempotency_key.in_(list(keys)))
    return {keys[key] for key in session.scalars(query)}

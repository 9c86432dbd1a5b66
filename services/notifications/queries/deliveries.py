"""Deliveries with their timelines, the inbox, suppressions and kept mails."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from services.notifications.model import (
    Attempt,
    Delivery,
    InboxItem,
    KeptMail,
    Notification,
    Suppression,
)
from services.notifications.queries.scopes import within
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.names import fold_email

NOT_TOLD: Final = ("suppressed", "opted_out", "bounced", "failed", "cancelled")


def deliveries_for(asker: Asker) -> Select[Delivery]:
    """Deliveries about workshops that the asker organizes, with their notifications."""
    seen = within(Notification.host_id, asker, Role.ORGANIZER, Role.OPERATOR)
    return (
        select(Delivery)
        .join(Delivery.notification)
        .options(contains_eager(Delivery.notification))
        .where(seen)
    )


def filtered(
    query: Select[Delivery],
    *,
    recipient: str | None = None,
    subject_id: UUID | None = None,
    state: str | None = None,
) -> Select[Delivery]:
    """Those to an address, about a thing or its workshop, in a state, or `not_told` by any."""
    if recipient:
        query = query.where(Delivery.address_key == fold_email(recipient))
    if subject_id:
        query = query.where(
            (Notification.about_id == subject_id) | (Notification.workshop_id == subject_id)
        )
    if state == "not_told":
        query = query.where(Delivery.state.in_(NOT_TOLD))
    elif state:
        query = query.where(Delivery.state == state)
    return query


def of_person(query: Select[Delivery], email: str) -> Select[Delivery]:
    """Those to an address, and what went into the app or elsewhere beside a mail to it."""
    mails = aliased(Delivery)
    theirs = select(mails.notification_id).where(mails.address_key == fold_email(email))
    return query.where(Delivery.notification_id.in_(theirs))


def get_delivery(session: Session, delivery_id: UUID, asker: Asker) -> Delivery:
    """One delivery that the asker may see. Raises NotFound."""
    found = session.scalars(deliveries_for(asker).where(Delivery.id == delivery_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such delivery.")
    return found


def attempts_of(session: Session, delivery_id: UUID) -> list[Attempt]:
    """Every try, in order."""
    query = select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.number)
    return list(session.scalars(query))


def inbox_of(person_id: UUID) -> Select[InboxItem]:
    """What the person was told in the app."""
    return select(InboxItem).where(InboxItem.person_id == person_id)


def count_unread(session: Session, person_id: UUID) -> int:
    """How many the person has not read."""
    query = select(func.count()).where(
        InboxItem.person_id == person_id, InboxItem.read_at.is_(None)
    )
    return session.scalar(query) or 0


def get_inbox_item(session: Session, item_id: UUID, person_id: UUID) -> InboxItem:
    """One item of the person's own inbox. Raises NotFound."""
    found = session.get(InboxItem, item_id)
    if found is None or found.person_id != person_id:
        raise NotFound("There is no such item in your inbox.")
    return found


def suppressions(*, now: datetime) -> Select[Suppression]:
    """Those in force."""
    return select(Suppression).where(
        Suppression.lifted_at.is_(None),
        Suppression.expires_at.is_(None) | (Suppression.expires_at > now),
    )


def get_suppression(session: Session, suppression_id: UUID) -> Suppression:
    """One suppression. Raises NotFound."""
    found = session.get(Suppression, suppression_id)
    if found is None:
        raise NotFound("There is no such suppression.")
    return found


def kept_mails(to: str | None) -> Select[KeptMail]:
    """Mails that embedded mode kept, to one address or to all."""
    query = select(KeptMail)
    return query.where(KeptMail.to_key == fold_email(to)) if to else query

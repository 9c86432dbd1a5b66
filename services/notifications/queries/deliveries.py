"""Deliveries with their timelines, the inbox, suppressions and kept mails."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, exists, false, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from services.notifications.model import (
    Attempt,
    AttendanceCopy,
    Delivery,
    InboxItem,
    KeptMail,
    Notification,
    Recipient,
    Suppression,
    WorkshopCopy,
)
from services.notifications.queries.scopes import ORGANIZERS, within
from shared.database import is_among
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker
from shared.foundation.names import fold_email, words_of

MOST_NAMED: Final = 500
NOT_TOLD: Final = ("suppressed", "opted_out", "bounced", "failed", "cancelled")
STATES: Final = ("not_told", "held", "queued", "claimed", "sent", "delivered", *NOT_TOLD)
"""What can be asked for: a state, or any in which somebody was not told."""


def deliveries_for(asker: Asker) -> Select[Delivery]:
    """Deliveries about workshops that the asker organizes, with their notifications."""
    seen = within(Notification.host_id, asker, *ORGANIZERS)
    return (
        select(Delivery)
        .join(Delivery.notification)
        .options(contains_eager(Delivery.notification))
        .where(seen)
    )


def filtered(
    query: Select[Delivery],
    *,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
    state: str | None = None,
) -> Select[Delivery]:
    """Those to a person, about a thing or its workshop, in a state.

    state: `not_told` is any in which somebody was not told.
    """
    if person_id:
        query = query.where(Notification.person_id == person_id)
    if subject_id:
        query = query.where(
            (Notification.about_id == subject_id) | (Notification.workshop_id == subject_id)
        )
    if state == "not_told":
        query = query.where(Delivery.state.in_(NOT_TOLD))
    elif state:
        query = query.where(Delivery.state == state)
    return query


def of_recipient(
    session: Session,
    query: Select[Delivery],
    recipient: str,
    asker: Asker,
    *,
    beside: bool = False,
) -> Select[Delivery]:
    """Those to an address, or to whoever has a name with these words.

    beside: also what went into the app or elsewhere beside a mail to the address. Raises Invalid
    where very many people have the name.
    """
    if "@" not in recipient:
        return _of_name(session, query, recipient, asker)
    if not beside:
        return query.where(Delivery.address_key == fold_email(recipient))
    mails = aliased(Delivery)
    theirs = select(mails.notification_id).where(mails.address_key == fold_email(recipient))
    return query.where(Delivery.notification_id.in_(theirs))


def _of_name(
    session: Session, query: Select[Delivery], words: str, asker: Asker
) -> Select[Delivery]:
    """People whom the asker's workshops told something, in any script and order; their guests, as
    written. Of nobody else, lest a refusal for many says who is known elsewhere.
    """
    held = [Recipient.search_key.contains(each, autoescape=True) for each in words_of(words)]
    is_told = exists().where(
        Notification.person_id == Recipient.id, within(Notification.host_id, asker, *ORGANIZERS)
    )
    people = select(Recipient.id).where(*(held or [false()]), is_told)
    guests = (
        select(AttendanceCopy.id)
        .join(WorkshopCopy, WorkshopCopy.id == AttendanceCopy.workshop_id)
        .where(
            within(WorkshopCopy.host_id, asker, *ORGANIZERS),
            AttendanceCopy.person_id.is_(None),
            *(AttendanceCopy.name.icontains(each, autoescape=True) for each in words.split()),
        )
    )
    found = [session.scalars(each.limit(MOST_NAMED + 1)).all() for each in (people, guests)]
    if max(map(len, found)) > MOST_NAMED:
        raise Invalid.at("/recipient", "Very many people have this name; write more of it.")
    return query.where(
        is_among(session, Notification.person_id, found[0])
        | is_among(session, Notification.about_id, found[1])
    )


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

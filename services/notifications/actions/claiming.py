"""Claims: who hands a delivery over, for how long, and in which order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select, text, update
from sqlalchemy.orm import Session

from services.notifications.actions.composing import read_facts
from services.notifications.actions.letters import facts_of_letters
from services.notifications.actions.using_own_words import OwnTexts, own_words_for
from services.notifications.model import Delivery, Notification, OrganisationCopy
from services.notifications.model.announcement import ANNOUNCEMENT
from services.notifications.model.choices import ELSEWHERE
from services.notifications.model.claim import EVERY_PRIORITY, claim_at_once
from services.notifications.model.delivery import ELSEWHERE_OPEN
from shared.database import Database, is_among

PLACE: Final = (Delivery.id, Delivery.address_key, Delivery.priority, Delivery.due_at)
LAST_ID: Final = UUID(int=2**128 - 1)
LAST_PLACE: Final = (float("inf"),)
MAIL: Final = ("mail",)
LEASE: Final = timedelta(seconds=90)
"""Longer than one dialogue with a mail server can take (gateways/smtp.py)."""


@dataclass(frozen=True)
class Claimed:
    """One delivery that this process may hand over until its lease ends. tries: with this one.

    told_at: when it was written. reply_to: the address of the organisation that tells it.
    """

    id: UUID
    kind: str
    category: str
    about_id: UUID
    workshop_id: UUID | None
    host_id: UUID | None
    address: str
    name: str
    locale: str
    message_id: str
    tries: int
    facts: dict[str, Any]
    told_at: datetime
    priority: int = 0
    channel: str = "mail"
    person_id: UUID | None = None
    reply_to: str | None = None


def claim(
    session: Session,
    *,
    limit: int,
    now: datetime,
    channels: Sequence[str] = MAIL,
    is_urgent: bool = False,
) -> list[Claimed]:
    """Up to `limit` that are due by these channels, most urgent first, marked as ours for a while.

    They are sent in this order, and none while an earlier one to its address is due or on its
    way elsewhere: nobody reads that it is cancelled, and then that it is postponed. A claim
    whose lease has ended is claimed again: what became of it is unknown, and it is sent again
    with the same Message-ID.

    is_urgent: only those that go before all announcements.
    """
    found = _claim_in_steps(session, limit, channels, now=now, is_urgent=is_urgent)
    own = own_words_for(session, {(told.host_id, told.kind) for _, told in found})
    return _with_words(session, found, own)


def claim_mails(
    database: Database, *, limit: int, now: datetime, is_urgent: bool = False
) -> list[Claimed]:
    """As `claim`, of mails, in a transaction of its own: on PostgreSQL by one statement.

    Where all that is due waits for an earlier one to its address, it goes step by step there too.
    """
    with database.writing() as session:
        if database.is_sqlite:
            return claim(session, limit=limit, now=now, is_urgent=is_urgent)
        lowest = 0 if is_urgent else EVERY_PRIORITY
        until = now + LEASE
        rows, is_any_due = claim_at_once(session, limit=limit, until=until, lowest=lowest, now=now)
        if is_any_due and not rows:
            return claim(session, limit=limit, now=now, is_urgent=is_urgent)
        own = own_words_for(session, {(row.host_id, row.kind) for row in rows if row.has_own_words})
        return _with_words(session, [(row, row) for row in rows], own)


def _with_words(session: Session, found: Sequence[tuple[Any, Any]], own: OwnTexts) -> list[Claimed]:
    """found: deliveries with their notifications, in their order."""
    announced = {told.about_id for _, told in found if told.kind == ANNOUNCEMENT}
    letters = facts_of_letters(session, announced)
    return [_claimed(row, told, letters, own) for row, told in found]


def _claim_in_steps(
    session: Session, limit: int, channels: Sequence[str], *, now: datetime, is_urgent: bool
) -> list[tuple[Any, Row[Any]]]:
    """Deliveries with their notifications, in the order in which they are sent."""
    ids = _ids_in_turn(session, limit, channels, now=now, is_urgent=is_urgent)
    if not ids:
        return []
    taken = session.execute(
        update(Delivery)
        .where(is_among(session, Delivery.id, ids))
        .values(state="claimed", lease_until=now + LEASE, tries=Delivery.tries + 1)
        .returning(
            Delivery.id,
            Delivery.notification_id,
            Delivery.address,
            Delivery.message_id,
            Delivery.tries,
            Delivery.priority,
            Delivery.channel,
        )
        .execution_options(synchronize_session=False)
    ).all()
    told = _notifications(session, {row.notification_id for row in taken})
    places = {each: place for place, each in enumerate(ids)}
    in_order = sorted(taken, key=lambda row: places[row.id])
    return [(row, told[row.notification_id]) for row in in_order]


def _ids_in_turn(
    session: Session, limit: int, channels: Sequence[str], *, now: datetime, is_urgent: bool
) -> list[UUID]:
    """The first that are due and wait for no other; locked."""
    first = _due(session, limit, channels, now=now, is_urgent=is_urgent)
    in_turn = _without_waiting(session, first, channels, now=now)
    if first and not in_turn:
        # All wait for another mailer, or for one that died: others need not.
        others = {each.address_key for each in first}
        rest = _due(session, limit, channels, now=now, is_urgent=is_urgent, but=others)
        in_turn = _without_waiting(session, rest, channels, now=now)
    return [each.id for each in in_turn]


def _due(
    session: Session,
    limit: int,
    channels: Sequence[str],
    *,
    now: datetime,
    is_urgent: bool,
    but: Collection[str] = (),
) -> list[Row[Any]]:
    lapsed = and_(Delivery.state == "claimed", Delivery.lease_until <= now)
    query = (
        select(*PLACE)
        .where(_is_by(channels), or_(_is_due(now), lapsed))
        .where(~is_among(session, Delivery.address_key, but))
        .order_by(Delivery.priority, Delivery.due_at, Delivery.id)
        .limit(limit)
    )
    if is_urgent:
        query = query.where(Delivery.priority == 0)
    return list(session.execute(query.with_for_update(skip_locked=True)))


def _is_by(channels: Sequence[str]) -> ColumnElement[bool]:
    """Written so that the index of those few that are no mails is used for them."""
    if channels == ELSEWHERE:
        return and_(Delivery.channel.in_(channels), text(ELSEWHERE_OPEN))
    return Delivery.channel == channels[0] if len(channels) == 1 else Delivery.channel.in_(channels)


def has_due(session: Session, channels: Sequence[str], *, now: datetime) -> bool:
    """Whether there is anything to claim; asked often, and cheap."""
    lapsed = and_(Delivery.state == "claimed", Delivery.lease_until <= now)
    query = select(Delivery.id).where(_is_by(channels), or_(_is_due(now), lapsed))
    return session.scalar(query.limit(1)) is not None


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(Delivery.state == "queued", Delivery.due_at <= now)


def _without_waiting(
    session: Session, due: Sequence[Row[Any]], channels: Sequence[str], *, now: datetime
) -> list[Row[Any]]:
    """Those of the rows that no other one to the same address comes before.

    Before is what stands before it in the queue, or is on its way and was made before it: a
    mail that was put off comes after.
    """
    if not due:
        return []
    query = select(*PLACE, Delivery.state).where(
        is_among(session, Delivery.address_key, {each.address_key for each in due}),
        Delivery.channel.in_(channels),
        ~is_among(session, Delivery.id, [each.id for each in due]),
        or_(Delivery.state == "claimed", _is_due(now)),
    )
    sent, queued = dict[str, UUID](), dict[str, tuple[Any, ...]]()
    for each in session.execute(query):
        if each.state == "claimed":
            sent[each.address_key] = min(sent.get(each.address_key, each.id), each.id)
        else:
            place = (each.priority, each.due_at, each.id)
            queued[each.address_key] = min(queued.get(each.address_key, place), place)
    return [
        each
        for each in due
        if each.id < sent.get(each.address_key, LAST_ID)
        and (each.priority, each.due_at, each.id) < queued.get(each.address_key, LAST_PLACE)
    ]


def _notifications(session: Session, ids: set[UUID]) -> dict[UUID, Row[Any]]:
    if not ids:
        return {}
    reply_to = select(OrganisationCopy.email).where(OrganisationCopy.id == Notification.host_id)
    # Columns: the ORM would make an object of each, for a moment.
    query = select(Notification.__table__, reply_to.scalar_subquery().label("reply_to")).where(
        is_among(session, Notification.id, ids)
    )
    return {found.id: found for found in session.execute(query)}


def _claimed(
    row: Any,
    notification: Row[Any],
    letters: Mapping[UUID, dict[str, Any]],
    own: OwnTexts,
) -> Claimed:
    facts = read_facts(notification.facts)
    if notification.about_id in letters:
        facts["letter"] = letters[notification.about_id]
    if (notification.host_id, notification.kind) in own:
        facts["own_words"] = own[notification.host_id, notification.kind]
    return Claimed(
        id=row.id,
        kind=notification.kind,
        category=notification.category,
        about_id=notification.about_id,
        workshop_id=notification.workshop_id,
        host_id=notification.host_id,
        address=row.address,
        name=notification.name,
        locale=notification.locale,
        message_id=row.message_id,
        tries=row.tries,
        facts=facts,
        told_at=notification.created_at,
        priority=row.priority,
        channel=row.channel,
        person_id=notification.person_id,
        reply_to=notification.reply_to,
    )


def give_back(session: Session, claimed: list[Claimed]) -> None:
    """They are not sent now: the claims end as if they had not been made."""
    session.execute(
        update(Delivery)
        .where(is_among(session, Delivery.id, [each.id for each in claimed]))
        .where(Delivery.state == "claimed")
        .values(state="queued", lease_until=None, tries=Delivery.tries - 1)
        .execution_options(synchronize_session=False)
    )


def put_off(session: Session, claimed: Claimed, *, due_at: datetime) -> None:
    """It is sent later, and this was no try."""
    give_back(session, [claimed])
    session.execute(update(Delivery).where(Delivery.id == claimed.id).values(due_at=due_at))


def renew(session: Session, claimed: list[Claimed], *, now: datetime) -> list[Claimed]:
    """Keep claims whose turn has not come yet; those that are still ours."""
    ids = session.scalars(
        update(Delivery)
        .where(is_among(session, Delivery.id, [each.id for each in claimed]))
        .where(Delivery.state == "claimed", Delivery.lease_until > now)
        .values(lease_until=now + LEASE)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    return [each for each in claimed if each.id in ids]


def release_claims(session: Session, *, now: datetime, channels: Sequence[str] = MAIL) -> None:
    """End every claim: for one who knows itself to be the only one, at its start."""
    session.execute(
        update(Delivery)
        .where(Delivery.state == "claimed", Delivery.channel.in_(channels))
        .values(lease_until=now)
    )

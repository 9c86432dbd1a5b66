"""Forgetting a person: what was sent to them stays counted, without them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from services.notifications.actions.hook_forgetting import forget_posts
from services.notifications.model import (
    Address,
    Attempt,
    AttendanceCopy,
    Delivery,
    InboxItem,
    KeptMail,
    MergedChoice,
    Notification,
    PostCopy,
    Preference,
    SegmentMemberCopy,
    SentCode,
    Suppression,
    Transition,
    WebhookMessage,
)
from services.notifications.model.choices import address_key
from shared.contracts.notifications import PersonForgottenByNotifications
from shared.contracts.privacy import counts_of
from shared.foundation.names import fold_email
from shared.messaging.forgetting import (
    NOWHERE,
    Forgotten,
    added,
    forget_in_messages,
    remember,
    settle,
    to_settle,
)
from shared.messaging.outbox import tell
from shared.web.kept_answers import forget_answers_with

FORGOTTEN: Final = "erased"


def erase_person(session: Session, who: Forgotten, *, now: datetime) -> None:
    """Forget the person, tell what was erased, and remember to go over it once more."""
    counts = forget_person(session, who)
    remember(session, who, counts, now=now)
    _confirm(session, who, counts, now=now, is_final=False)


def settle_erasures(session: Session, *, now: datetime) -> int:
    """Forget what came late of those who were erased a while ago; that is the end of it."""
    due = to_settle(session, now=now)
    for each in due:
        counts = added(each.counts, forget_person(session, each.who))
        settle(session, each.who.person_id)
        _confirm(session, each.who, counts, now=now, is_final=True)
    return len(due)


def _confirm(
    session: Session, who: Forgotten, counts: dict[str, int], *, now: datetime, is_final: bool
) -> None:
    message = PersonForgottenByNotifications(
        person_id=who.person_id,
        counts=counts_of(counts),
        forgotten_at=now,
        is_final=is_final,
    )
    tell(session, message, now=now)


def forget_person(session: Session, who: Forgotten) -> dict[str, int]:
    """Take the person's name, address and texts out of everything; open mails are cancelled.

    Kind → how many were deleted or blanked.
    """
    ids = session.scalars(select(Notification.id).where(_is_theirs(who))).all()
    _blank_notifications(session, ids)
    held = select(InboxItem.id).where(
        or_(InboxItem.person_id == who.person_id, InboxItem.notification_id.in_(ids))
    )
    items = session.scalars(held).all()
    session.execute(delete(InboxItem).where(InboxItem.id.in_(items)))
    session.execute(delete(PostCopy).where(PostCopy.person_id == who.person_id))
    session.execute(delete(SegmentMemberCopy).where(SegmentMemberCopy.member_id == who.person_id))
    counts = {"notifications": len(ids), "inbox_items": len(items)}
    counts |= _forget_mails(session, who)
    _forget_choices(session, who)
    counts |= {"attendances": _blank_attendances(session, who)}
    counts |= forget_in_messages(session, who)
    counts |= {"webhook_messages": forget_posts(session, who, _has_name(WebhookMessage, who))}
    return counts | {"answers": forget_answers_with(session, who.texts)}


def _is_theirs(who: Forgotten) -> ColumnElement[bool]:
    known: ColumnElement[bool] = Notification.person_id == who.person_id
    return or_(known, and_(_is_addressed(who), _has_name(Notification, who)))


def _is_addressed(who: Forgotten) -> ColumnElement[bool]:
    if not who.email:
        return false()
    key = fold_email(who.email)
    return Notification.id.in_(select(Delivery.notification_id).where(Delivery.address_key == key))


def _has_name(kind: Any, who: Forgotten) -> ColumnElement[bool]:
    """At an address that others share only what has the name is the person's."""
    is_a_guest_s: ColumnElement[bool] = kind.person_id.is_(None)
    return is_a_guest_s if who.owns_address else and_(is_a_guest_s, kind.name.in_(who.names))


def _blank_notifications(session: Session, ids: Sequence[UUID]) -> None:
    theirs = Delivery.notification_id.in_(ids)
    session.execute(
        update(Delivery)
        .where(theirs, Delivery.state.in_(("held", "queued", "claimed")))
        .values(state="cancelled", reason=FORGOTTEN)
    )
    session.execute(update(Delivery).where(theirs).values(address=NOWHERE, address_key=NOWHERE))
    tried = select(Delivery.id).where(theirs)
    session.execute(update(Attempt).where(Attempt.delivery_id.in_(tried)).values(detail=FORGOTTEN))
    session.execute(
        update(Notification)
        .where(Notification.id.in_(ids))
        .values(name=FORGOTTEN, facts={}, person_id=None)
    )


def _forget_choices(session: Session, who: Forgotten) -> None:
    """What they chose to be told, where they are reached, and the history of that."""
    keys = [who.person_id]
    if who.email and who.owns_address:
        keys.append(address_key(who.email))
    session.execute(delete(Preference).where(Preference.id.in_(keys)))
    theirs = Address.person_id == who.person_id
    keys += session.scalars(select(Address.id).where(theirs))
    session.execute(delete(Address).where(theirs))
    session.execute(delete(MergedChoice).where(MergedChoice.kept_id == who.person_id))
    session.execute(delete(SentCode).where(SentCode.person_id == who.person_id))
    session.execute(delete(Transition).where(Transition.subject_id.in_(keys)))


def _forget_mails(session: Session, who: Forgotten) -> dict[str, int]:
    """Mails that were kept instead of sent; and that the address was suppressed."""
    if not who.email:
        return {"mails": 0}
    key = fold_email(who.email)
    sent = KeptMail.to_key == key
    if not who.owns_address:
        return {"mails": 0}
    count = session.scalar(select(func.count()).select_from(KeptMail).where(sent)) or 0
    session.execute(delete(KeptMail).where(sent))
    session.execute(delete(Suppression).where(Suppression.email_key == key))
    return {"mails": count}


def _blank_attendances(session: Session, who: Forgotten) -> int:
    mine: ColumnElement[bool] = AttendanceCopy.person_id == who.person_id
    if who.email:
        at_address = AttendanceCopy.email_key == fold_email(who.email)
        mine = or_(mine, and_(at_address, _has_name(AttendanceCopy, who)))
    ids = session.scalars(select(AttendanceCopy.id).where(mine)).all()
    blank = {"name": FORGOTTEN, "email": NOWHERE, "email_key": NOWHERE, "link_token": ""}
    session.execute(
        update(AttendanceCopy)
        .where(AttendanceCopy.id.in_(ids))
        .values(**blank, state="cancelled", person_id=None)
    )
    return len(ids)

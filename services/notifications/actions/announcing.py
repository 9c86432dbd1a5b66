"""Announcements: writing, approving, pausing, ending and sending again to those it failed for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications.actions.addressing import reach_key
from services.notifications.actions.failures import NeedsSecondPerson
from services.notifications.actions.lettering import FOR_ALL, FOR_ROSTERS, require_good_letter
from services.notifications.actions.recording import move, record, require_state
from services.notifications.actions.waking import wake_after_commit
from services.notifications.model import (
    Announcement,
    AnnouncementRecipient,
    Delivery,
    OrganisationRules,
    Recipient,
)
from services.notifications.model.choices import ELSEWHERE
from services.notifications.queries.audiences import PERSON
from services.notifications.queries.wishes import wishes_of
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.languages import Text
from shared.foundation.names import fold_email

PAUSED = "paused"
CANCELLED = "The announcement was cancelled."
AT_ONCE = 500
LIVE = ("approved", "snapshotting", "sending", "paused")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody wants to tell. audience: see `queries.audiences`, its ids as text."""

    organisation_id: UUID
    category: str
    subject: Text
    body: Text
    audience: Mapping[str, Any]
    channels: list[str]
    send_at: datetime | None = None


def announce(session: Session, draft: Draft, *, author: str, now: datetime) -> Announcement:
    """Write an announcement; nobody is told before it is approved.

    Raises Invalid for unknown variables and a time that has passed.
    """
    is_of_roster = "workshop_id" in draft.audience
    variables = FOR_ALL + (FOR_ROSTERS if is_of_roster else ())
    require_good_letter(draft.subject, draft.body, variables=variables)
    if draft.send_at is not None and draft.send_at < now:
        raise Invalid.at("/send_at", "This time has passed; leave it out to send on approval.")
    made = Announcement(
        id=new_id(),
        version=1,
        author=author,
        state="draft",
        people=0,
        done_number=0,
        created_at=now,
        **vars(draft),
    )
    session.add(made)
    kept = Announcement.__tablename__
    record(session, kept, made.id, before=None, after="draft", actor=author, now=now)
    session.flush()
    return made


def approve(
    session: Session, announcement: Announcement, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Send it now, or at its time. Raises NeedsSecondPerson where its author may not."""
    require_state(announcement, "draft", to="be approved")
    rules = session.get(OrganisationRules, announcement.organisation_id)
    if rules is not None and rules.needs_second_person and actor == announcement.author:
        raise NeedsSecondPerson("Somebody else than its author approves it; ask a colleague.")
    announcement.approved_by, announcement.approved_at = actor, now
    announcement.next_at = max(announcement.send_at or now, now)
    move(session, announcement, "approved", actor=actor, now=now, reason=reason)


def cancel(
    session: Session, announcement: Announcement, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Send no more of it; what is under way to a mail server still arrives."""
    require_state(announcement, "draft", *LIVE, to="be cancelled")
    session.execute(
        _mails_of(announcement)
        .where(Delivery.state.in_(("held", "queued")), Delivery.digest_id.is_(None))
        .values(state="cancelled", reason=CANCELLED)
    )
    announcement.next_at, announcement.finished_at = None, now
    move(session, announcement, "cancelled", actor=actor, now=now, reason=reason)


def pause(
    session: Session, announcement: Announcement, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Send no more of it until it is resumed."""
    require_state(announcement, "approved", "snapshotting", "sending", to="be paused")
    session.execute(
        _mails_of(announcement)
        .where(Delivery.state == "queued")
        .values(state="held", reason=PAUSED)
    )
    move(session, announcement, PAUSED, actor=actor, now=now, reason=reason)


def resume(
    session: Session, announcement: Announcement, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Go on where it was paused."""
    require_state(announcement, PAUSED, to="be resumed")
    session.execute(
        _mails_of(announcement)
        .where(Delivery.state == "held", Delivery.reason == PAUSED)
        .values(state="queued", reason="", due_at=now)
    )
    announcement.next_at = max(announcement.send_at or now, now)
    state = "sending" if announcement.people else "approved"
    move(session, announcement, state, actor=actor, now=now, reason=reason)
    wake_after_commit(session)


def _mails_of(announcement: Announcement) -> Any:
    told = select(AnnouncementRecipient.notification_id).where(
        AnnouncementRecipient.announcement_id == announcement.id,
        AnnouncementRecipient.number <= announcement.done_number,
    )
    return (
        update(Delivery)
        .where(Delivery.notification_id.in_(told), Delivery.channel != "inbox")
        .execution_options(synchronize_session=False)
    )


def resend_failed(
    session: Session, announcement: Announcement, *, actor: str, now: datetime, reason: str = ""
) -> int:
    """Send once more to those alone whom it failed for; how many they are.

    To the address that they have now. Who has none, or one that nothing is sent to, stays failed.
    """
    require_state(announcement, "sending", "complete", "partly_failed", to="be sent again")
    last, count = 0, 0
    while True:
        rows = session.execute(_failed_after(announcement, last)).all()
        if not rows:
            break
        last = rows[-1].number
        count += _send_again(session, rows, announcement.category, now=now)
    if count:
        announcement.next_at, announcement.finished_at = now, None
        move(session, announcement, "sending", actor=actor, now=now, reason=reason)
        wake_after_commit(session)
    return count


def _failed_after(announcement: Announcement, number: int) -> Any:
    return (
        select(
            Delivery,
            AnnouncementRecipient.number,
            Recipient.email,
            Recipient.id.label("person_id"),
        )
        .join(
            AnnouncementRecipient,
            AnnouncementRecipient.notification_id == Delivery.notification_id,
        )
        .outerjoin(
            Recipient,
            (Recipient.id == AnnouncementRecipient.subject_id)
            & (AnnouncementRecipient.kind == PERSON),
        )
        .where(
            AnnouncementRecipient.announcement_id == announcement.id,
            AnnouncementRecipient.number > number,
            Delivery.channel.in_(announcement.leading_channels),
            Delivery.channel != "inbox",
            Delivery.state.in_(("failed", "bounced")),
        )
        .order_by(AnnouncementRecipient.number)
        .limit(AT_ONCE)
    )


def _send_again(session: Session, rows: Any, category: str, *, now: datetime) -> int:
    people = [(row.person_id, row.email or row.Delivery.address) for row in rows]
    wishes = wishes_of(session, people, now=now)
    count = 0
    for row in rows:
        each = row.Delivery
        address = row.email or each.address
        key = fold_email(address)
        if each.channel in ELSEWHERE:
            address = wishes.reach_of(row.person_id).get(each.channel, "")
            key = reach_key(each.channel, row.person_id)
        if not address or wishes.refusal_of(key, category):
            continue
        each.address, each.address_key = address, key
        each.state, each.reason, each.due_at, each.tries = "queued", "", now, 0
        each.digest_id = None
        count += 1
    session.flush()
    return count

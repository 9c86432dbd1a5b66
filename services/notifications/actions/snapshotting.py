"""The snapshot of an announcement's audience: who is told, fixed when sending begins."""

from datetime import datetime
from itertools import islice
from typing import Final, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from services.notifications.actions.recording import move
from services.notifications.model import Announcement, AnnouncementRecipient
from services.notifications.queries.audiences import people_of
from shared.days import day_of
from shared.foundation.ids import new_id
from shared.inserting import insert_many

AT_ONCE: Final = 1000
RECIPIENTS: Final = cast(Table, AnnouncementRecipient.__table__)
TIMER: Final = "timer"


def take_snapshot(session: Session, announcement: Announcement, *, now: datetime) -> None:
    """Write who is in the audience now, and begin to send. All in one transaction, or nothing."""
    people = enumerate(people_of(session, announcement.audience, today=day_of(session, now)), 1)
    count = 0
    while part := list(islice(people, AT_ONCE)):
        rows = [
            {
                "announcement_id": announcement.id,
                "number": number,
                "kind": each.kind,
                "subject_id": each.subject_id,
                "association_id": each.association_id,
                "notification_id": new_id(),
            }
            for number, each in part
        ]
        insert_many(session, RECIPIENTS, rows)
        count = part[-1][0]
    announcement.people, announcement.next_at = count, now
    move(session, announcement, "sending", actor=TIMER, now=now)

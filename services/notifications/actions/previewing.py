"""Looking at an announcement before it is sent: whom it would reach, and how it reads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.notifications.actions.addressing import delivery_row
from services.notifications.actions.failures import NoAddress
from services.notifications.actions.lettering import Filled, fill, letter_in
from services.notifications.actions.letters import values_for, values_of
from services.notifications.actions.waking import wake_after_commit
from services.notifications.model import (
    Announcement,
    AttendanceCopy,
    Delivery,
    Notification,
    Recipient,
)
from services.notifications.model.announcement import ANNOUNCEMENT
from services.notifications.queries.audiences import ATTENDANCE, people_of
from shared.days import day_of
from shared.foundation.ids import new_id

ANYBODY: Final = "…"
NO_NAMES: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Preview:
    """people: how many it would reach; associations: of each. letters: language → as one reads."""

    people: int
    associations: Mapping[UUID | None, int]
    letters: Mapping[str, Filled]


def preview(session: Session, announcement: Announcement, *, now: datetime) -> Preview:
    """Count its audience as it is now, and fill it in for the first of them."""
    people = people_of(session, announcement.audience, today=day_of(session, now))
    first = next(people, None)
    found = chain([first] if first else [], people)
    counts = Counter(each.association_id for each in found)
    names = {tag: _name_of(session, first, tag) for tag in announcement.body if first}
    return Preview(counts.total(), counts, letters_of(session, announcement, names))


def letters_of(
    session: Session, announcement: Announcement, names: Mapping[str, str] = NO_NAMES
) -> dict[str, Filled]:
    """How it reads in each of its languages. names: language → whose; left out: anybody's."""
    values = values_of(session, announcement)
    letters = {}
    for language in announcement.body:
        letter = letter_in(announcement.subject, announcement.body, language)
        name = names.get(language, ANYBODY)
        letters[language] = fill(letter, values_for(values, language, name))
    return letters


def _name_of(session: Session, each: Any, language: str) -> str:
    if each.kind == ATTENDANCE:
        return session.get_one(AttendanceCopy, each.subject_id).name
    known = session.get(Recipient, each.subject_id)
    return known.name_in(language) if known is not None else ""


def send_test(
    session: Session, announcement: Announcement, person_id: UUID, *, now: datetime
) -> None:
    """Mail it to whoever asks, in each of its languages, marked as a test.

    Raises NoAddress for somebody without one.
    """
    me = session.scalars(select(Recipient).where(Recipient.id == person_id)).one_or_none()
    if me is None or not me.email:
        raise NoAddress("Your account has no mail address to send it to.")
    for language in announcement.body:
        name = me.name_in(language)
        told: dict[str, Any] = {
            "id": new_id(),
            "idempotency_key": f"test:{new_id()}",
            "kind": ANNOUNCEMENT,
            "category": announcement.category,
            "about_id": announcement.id,
            "workshop_id": None,
            "host_id": announcement.organisation_id,
            "person_id": me.id,
            "name": name,
            "locale": language,
            "facts": {"name": name, "path": "", "is_test": True},
            "created_at": now,
        }
        session.execute(insert(Notification).values(**told))
        mail = delivery_row(told["id"], "mail", me.email, now=now)
        session.execute(insert(Delivery).values(**mail))
    wake_after_commit(session)

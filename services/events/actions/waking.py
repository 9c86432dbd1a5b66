"""How long an offer is held: the night of whoever is asked does not count."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.events.model import PersonCopy, Workshop

WAKING: Final = (time(8), time(22))
WAKING_TIME_TO_ANSWER: Final = timedelta(hours=12)


def offer_deadline(made_at: datetime, time_zone: str) -> datetime:
    """Twelve waking hours (08:00 to 22:00 there) after the offer was made."""
    zone, left = ZoneInfo(time_zone), WAKING_TIME_TO_ANSWER
    moment = made_at.astimezone(zone)
    while left > timedelta(0):
        opens = datetime.combine(moment.date(), WAKING[0], zone)
        shuts = datetime.combine(moment.date(), WAKING[1], zone)
        moment = max(moment, opens)
        step = min(left, max(shuts - moment, timedelta(0)))
        moment, left = moment + step, left - step
        if left > timedelta(0):
            moment = datetime.combine(moment.date() + timedelta(days=1), WAKING[0], zone)
    return moment.astimezone(made_at.tzinfo)


def held_until(
    session: Session, workshop: Workshop, person_id: UUID | None, *, now: datetime
) -> datetime:
    """Until when an offer to the person is held, at the latest the start.

    Their hours are those of their own time zone; of whom we know none, those of the venue.
    """
    person = session.get(PersonCopy, person_id) if person_id is not None else None
    time_zone = (person.time_zone if person is not None else None) or workshop.time_zone
    return min(offer_deadline(now, time_zone), workshop.starts_at)

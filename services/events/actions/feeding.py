"""Making a person's calendar feed, or giving it a new address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.model import CalendarFeed
from shared.foundation.ids import new_secret


def make_feed(session: Session, person_id: UUID, *, now: datetime) -> CalendarFeed:
    """The person's feed with a new address; an earlier one opens nothing any more."""
    found = session.get(CalendarFeed, person_id)
    if found is None:
        found = CalendarFeed(person_id=person_id)
        session.add(found)
    found.secret = new_secret()
    found.made_at = now
    return found

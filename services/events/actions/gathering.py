"""Answering what is held about a person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.queries.personal_data import sections_of
from shared.contracts.events_people import DataGatheredByEvents
from shared.messaging.gathering import tell_gathered


def answer(
    session: Session, export_id: UUID, person_id: UUID, email: str | None, *, now: datetime
) -> None:
    """Tell all that is held about the person, in pieces."""
    tell_gathered(
        session,
        DataGatheredByEvents,
        sections_of(session, person_id, email),
        export_id=export_id,
        person_id=person_id,
        now=now,
    )

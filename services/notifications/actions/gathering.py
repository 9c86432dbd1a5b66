"""Answering what is held about a person, in bounded pieces."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.queries.personal_data import sections_of
from shared.contracts.notifications import DataGatheredByNotifications
from shared.messaging.outbox import tell_all

AT_ONCE: Final = 100


def answer(
    session: Session, export_id: UUID, person_id: UUID, email: str | None, *, now: datetime
) -> None:
    """Tell all that is held about the person. The last piece says so, of nothing too."""
    pieces = [
        (section, rows[start : start + AT_ONCE])
        for section, rows in sections_of(session, person_id, email)
        for start in range(0, len(rows), AT_ONCE)
    ] or [("nothing", [])]
    messages = [
        DataGatheredByNotifications(
            export_id=export_id,
            person_id=person_id,
            number=number,
            section=section,
            rows=tuple(rows),
            is_last=number == len(pieces) - 1,
        )
        for number, (section, rows) in enumerate(pieces)
    ]
    tell_all(session, messages, now=now)

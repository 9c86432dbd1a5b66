"""Noting that a personal token was used here; members keeps it."""

from datetime import datetime
from uuid import UUID

from shared.contracts.events_people import TokenUsedForEvents
from shared.database import Database
from shared.messaging.outbox import tell


def note_use(database: Database, token_id: UUID, now: datetime) -> None:
    """Tell of the use, in a transaction of its own."""
    with database.writing() as session:
        tell(session, TokenUsedForEvents(token_id=token_id, used_at=now), now=now)

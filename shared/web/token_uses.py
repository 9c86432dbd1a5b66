"""When a personal token was last used: seen by each service now and then, kept by members."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.database import Database
from shared.foundation.identities import Identity
from shared.foundation.logs import get_logger

SEEN_EVERY_SECONDS: Final = 300
MOST_REMEMBERED: Final = 10_000
NoteUse = Callable[[Database, UUID, datetime], None]
"""What a service does with a use: in a transaction of its own."""
log = get_logger()


@dataclass
class TokenUses:
    """Notes the uses of personal tokens, but not each request's. note None: nobody asks."""

    note: NoteUse | None = None
    _seen: dict[UUID, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def see(self, database: Database, identity: Identity, *, now: datetime) -> None:
        """Note the use; a request does not fail because that can't be written down."""
        if self.note is None or identity.is_in_person or not self._is_due(identity.session_id):
            return
        try:
            self.note(database, identity.session_id, now)
        except (DBAPIError, PoolTimeout) as error:
            log.warning("token_use_not_noted", error=str(error).splitlines()[0])

    def _is_due(self, token_id: UUID) -> bool:
        instant = time.monotonic()
        with self._lock:
            if instant - self._seen.get(token_id, -1e9) < SEEN_EVERY_SECONDS:
                return False
            if len(self._seen) >= MOST_REMEMBERED:
                self._seen.clear()
            self._seen[token_id] = instant
            return True

"""Going on with imports batch by batch, a transaction each: from a request, or by a timer."""

import time
from datetime import datetime
from uuid import UUID

from services.members.actions.imports.applying import go_on, waiting
from shared.database import Database
from shared.foundation.kill_points import kill_point


def go_on_for(database: Database, import_id: UUID, *, now: datetime, seconds: float) -> bool:
    """Do batches until the end, or for about so long; whether there may be more."""
    until = time.monotonic() + seconds
    has_more = True
    while has_more and time.monotonic() < until:
        with database.writing() as session:
            has_more = go_on(session, import_id, now=now)
        kill_point("import.after_batch")
    return has_more


def go_on_with_all(database: Database, *, now: datetime, seconds: float) -> None:
    """Do batches of every import that was begun, for about so long in all."""
    until = time.monotonic() + seconds
    with database.reading() as session:
        begun = waiting(session)
    for import_id in begun:
        left = until - time.monotonic()
        if left > 0:
            go_on_for(database, import_id, now=now, seconds=left)

"""Waking the mailers of this process when a transaction has queued deliveries."""

import threading
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import Session

QUEUED: Final = threading.Event()


def wake_after_commit(session: Session) -> None:
    """Set QUEUED once this transaction has committed."""
    if session.info.setdefault("wakes_mailers", False):
        return
    session.info["wakes_mailers"] = True
    event.listen(session, "after_commit", _wake, once=True)


def _wake(session: Session) -> None:
    session.info["wakes_mailers"] = False
    QUEUED.set()

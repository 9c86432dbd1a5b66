"""Waking the mailers of this process when a transaction has queued deliveries."""

import threading
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import Session

MOST_WAKES: Final = 16


class Bell:
    """Each ring wakes one mailer; one that rings while nobody waits is heard by the next."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._wakes = 0

    def ring(self) -> None:
        """Wake one."""
        with self._rung:
            self._wakes = min(self._wakes + 1, MOST_WAKES)
            self._rung.notify()

    def wait(self, seconds: float) -> bool:
        """Whether it rang in time."""
        with self._rung:
            has_rung = self._rung.wait_for(lambda: self._wakes > 0, seconds)
            if has_rung:
                self._wakes -= 1
        return has_rung


QUEUED: Final = Bell()


def wake_after_commit(session: Session) -> None:
    """Ring QUEUED once this transaction has committed."""
    if session.info.setdefault("wakes_mailers", False):
        return
    session.info["wakes_mailers"] = True
    event.listen(session, "after_commit", _wake, once=True)


def _wake(session: Session) -> None:
    session.info["wakes_mailers"] = False
    QUEUED.ring()

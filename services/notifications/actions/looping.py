"""The announcers' loop: step by step while there is something to announce."""

from dataclasses import dataclass
from typing import Final

from services.notifications.actions.sending import advance
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.messaging.pulse import Pulse

POLL_SECONDS: Final = 0.2


@dataclass
class AnnouncerLoop:
    """One thread; several of them, in any processes, take turns by the announcements' rows."""

    database: Database
    clock: Clock = utc_now

    def run(self, pulse: Pulse) -> None:
        """Until the pulse stops."""
        while not pulse.is_stopping:
            pulse.tick()
            with self.database.writing() as session:
                has_advanced = advance(session, now=self.clock())
            pulse.report("ok")
            if not has_advanced:
                pulse.wait(POLL_SECONDS)

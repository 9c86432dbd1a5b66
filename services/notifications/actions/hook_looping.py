"""The posters' loop: webhook by webhook, while something is due."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.notifications.actions.hook_posting import Turn, end_turn, keep_post, take_turn
from services.notifications.gateways.posting import Poster
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.kill_points import kill_point
from shared.messaging.pulse import Pulse

POLL_SECONDS: Final = 1.0
TURN_SECONDS: Final = 30.0


@dataclass
class PosterLoop:
    """One thread; several of them, in any processes, take turns by the webhooks' rows."""

    database: Database
    poster: Poster
    secret_key: str
    clock: Clock = utc_now

    def run(self, pulse: Pulse) -> None:
        """Until the pulse stops."""
        while not pulse.is_stopping:
            pulse.tick()
            has_posted = self.post_due(pulse.tick, lambda: pulse.is_stopping)
            pulse.report("ok")
            if not has_posted:
                pulse.wait(POLL_SECONDS)

    def post_due(
        self,
        tick: Callable[[], None] = lambda: None,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Give one webhook its turn; whether there was one."""
        with self.database.writing() as session:
            turn = take_turn(session, secret_key=self.secret_key, now=self.clock())
        if turn is None:
            return False
        try:
            self._post_all(turn, tick, is_stopping)
        finally:
            with self.database.writing() as session:
                end_turn(session, turn)
        return True

    def _post_all(
        self, turn: Turn, tick: Callable[[], None], is_stopping: Callable[[], bool]
    ) -> None:
        began = time.monotonic()
        for post in turn.posts:
            if is_stopping() or time.monotonic() - began > TURN_SECONDS:
                return
            tick()
            headers = turn.headers_of(post, now=self.clock())
            kill_point("poster.before_send")
            result = self.poster.post(turn.url, post.body, headers)
            kill_point("poster.after_send")
            with self.database.writing() as session:
                keep_post(session, turn, post, result, now=self.clock())
            if not result.is_success:
                return

"""Wiring of the worker of members."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from services.members import reactions
from services.members.actions.retaining import RETENTION
from services.members.settings import MembersSettings
from shared.database import Database
from shared.messaging.worker import Timer, Worker

NAME: Final = "members"
KEYS_EVERY_SECONDS: Final = 600
TERMS_EVERY_SECONDS: Final = 900
FORGET_EVERY_SECONDS: Final = 3600
ERASURES_EVERY_SECONDS: Final = 300
SEGMENTS_EVERY_SECONDS: Final = 60
DEMAND_EVERY_SECONDS: Final = 20
IMPORTS_EVERY_SECONDS: Final = 2
GAPS_EVERY_SECONDS: Final = 300


def _timers(database: Database, settings: MembersSettings) -> list[Timer]:
    def by(work: Callable[..., None], *rest: Any) -> Callable[[datetime], None]:
        return lambda now: work(database, now, *rest)

    return [
        Timer("signing_keys", KEYS_EVERY_SECONDS, by(reactions.rotate_signing_keys)),
        Timer("terms", TERMS_EVERY_SECONDS, by(reactions.keep_all_terms)),
        Timer("imports", IMPORTS_EVERY_SECONDS, by(reactions.go_on_with_imports)),
        Timer("erasures", ERASURES_EVERY_SECONDS, by(reactions.go_over_erasures)),
        Timer("segments", SEGMENTS_EVERY_SECONDS, by(reactions.evaluate_segments)),
        Timer("demand", DEMAND_EVERY_SECONDS, by(reactions.go_on_with_demand, settings)),
        Timer("gaps", GAPS_EVERY_SECONDS, by(reactions.take_inventories)),
        Timer("late_needs", TERMS_EVERY_SECONDS, by(reactions.tell_late_needs)),
        Timer("files", FORGET_EVERY_SECONDS, by(reactions.sweep_files, settings.files_folder)),
        Timer("forget", FORGET_EVERY_SECONDS, by(reactions.forget_what_is_old, settings)),
    ]


def create_worker(
    settings: MembersSettings, database: Database | None = None, *, exits_when_hung: bool = False
) -> Worker:
    """The worker: relay, consumer and timers. exits_when_hung: for a supervisor to restart."""
    database = database or Database(settings.database_url, time_zone=settings.time_zone)
    # A setting that can't be used is told at the start.
    RETENTION.chosen(settings.keep_days)
    return Worker(
        NAME,
        database=database,
        broker_url=settings.broker_url,
        exits_when_hung=exits_when_hung,
        reactions=reactions.REACTIONS,
        timers=_timers(database, settings),
    )

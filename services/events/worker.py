"""Wiring of the worker of events."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from services.events import reactions, timers
from services.events.actions.retaining import RETENTION
from services.events.settings import EventsSettings
from shared.database import Database
from shared.files import FileStore
from shared.messaging.worker import Timer, Worker
from shared.retaining import Kind

NAME: Final = "events"
DUE_DATES_EVERY_SECONDS: Final = 5
REMIND_EVERY_SECONDS: Final = 60
CERTIFICATES_EVERY_SECONDS: Final = 2
COUNT_EVERY_SECONDS: Final = 15
FORGET_EVERY_SECONDS: Final = 3600
ERASURES_EVERY_SECONDS: Final = 300


def _timers(database: Database, files: FileStore, kinds: Sequence[Kind]) -> list[Timer]:
    planned: list[tuple[str, int, Callable[[Database, datetime], None]]] = [
        ("due_dates", DUE_DATES_EVERY_SECONDS, timers.keep_all_due_dates),
        ("remind", REMIND_EVERY_SECONDS, timers.remind_all_bodies),
        ("reviews", REMIND_EVERY_SECONDS, timers.remind_of_all_reviews),
        ("reviewers", REMIND_EVERY_SECONDS, timers.remind_all_reviewers),
        ("invitations", REMIND_EVERY_SECONDS, timers.look_after_invitations),
        ("copies", COUNT_EVERY_SECONDS, timers.invite_people_of_copies),
        ("begins_and_ends", DUE_DATES_EVERY_SECONDS, timers.move_all_on),
        ("certificates", CERTIFICATES_EVERY_SECONDS, timers.go_on_with_certificates),
        ("surveys", DUE_DATES_EVERY_SECONDS, timers.go_on_with_surveys),
        ("runs", COUNT_EVERY_SECONDS, timers.count_runs),
        ("all_runs", FORGET_EVERY_SECONDS, timers.count_all_runs),
        ("erasures", ERASURES_EVERY_SECONDS, timers.go_over_erasures),
        ("forget", FORGET_EVERY_SECONDS, partial(timers.forget_what_is_old, kinds=kinds)),
    ]
    return [
        *(Timer(name, every, partial(work, database)) for name, every, work in planned),
        Timer("files", FORGET_EVERY_SECONDS, lambda now: timers.sweep_files(database, files, now)),
    ]


def create_worker(
    settings: EventsSettings, database: Database | None = None, *, exits_when_hung: bool = False
) -> Worker:
    """The worker: relay, consumer and timers. exits_when_hung: for a supervisor to restart."""
    database = database or Database(settings.database_url, time_zone=settings.time_zone)
    files = FileStore(Path(settings.files_folder).resolve() / NAME)
    return Worker(
        NAME,
        database=database,
        broker_url=settings.broker_url,
        exits_when_hung=exits_when_hung,
        reactions=reactions.REACTIONS,
        timers=_timers(database, files, RETENTION.chosen(settings.keep_days)),
    )

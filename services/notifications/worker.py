"""Wiring of the worker of notifications."""

from functools import partial
from pathlib import Path
from typing import Final

from services.notifications.actions.carrying import LONGEST_POST_SECONDS, CarrierLoop
from services.notifications.actions.hook_looping import PosterLoop
from services.notifications.actions.looping import AnnouncerLoop
from services.notifications.actions.mailing import MailLoop
from services.notifications.actions.mime import Site
from services.notifications.actions.pacing import Pace
from services.notifications.actions.rehearsing import rehearse
from services.notifications.actions.retaining import RETENTION
from services.notifications.gateways.chat import PHONE, Chat
from services.notifications.gateways.mailbox import MailboxMailer
from services.notifications.gateways.mailer import Mailer
from services.notifications.gateways.posting import Poster
from services.notifications.gateways.providers import FailoverMailer, Providers
from services.notifications.gateways.signing import DkimSigner, unsigned
from services.notifications.gateways.web_push import Push
from services.notifications.reactions import (
    REACTIONS,
    forget_what_is_old,
    give_reminders,
    go_over_erasures,
    release_held,
    take_reports,
)
from services.notifications.settings import NotificationsSettings
from shared.database import Database
from shared.foundation.clock import utc_now
from shared.foundation.failures import BadSettings
from shared.messaging.companions import Companion
from shared.messaging.crew import Loop
from shared.messaging.worker import Timer, Worker

NAME: Final = "notifications"
FORGET_EVERY_SECONDS: Final = 3600
RELEASE_EVERY_SECONDS: Final = 15
REMIND_EVERY_SECONDS: Final = 30
REPORTS_EVERY_SECONDS: Final = 10
ERASURES_EVERY_SECONDS: Final = 300
POSTERS: Final = 4
CARRIERS: Final = 2


def _mail_loop(settings: NotificationsSettings, database: Database) -> Loop:
    """One of the worker's mailers; what is allowed a second is parted between them."""
    is_embedded = settings.is_embedded
    if not settings.smtp_url and not is_embedded:
        raise BadSettings("PLENARY_SMTP_URL is not set: say where mails are handed over.")
    sharers = 1 if is_embedded else settings.mailers
    kept: Mailer | None = MailboxMailer(database) if is_embedded else None
    mailer: Mailer = MailboxMailer(database)
    if settings.smtp_url:
        mailer = FailoverMailer(Providers.of(settings.smtp_url, sharers=sharers))
    sign = (
        DkimSigner.of(settings.mail_from, settings.dkim_selector, settings.dkim_key)
        if settings.dkim_key
        else unsigned
    )
    made = MailLoop(
        database=database,
        mailer=mailer,
        for_demo=kept,
        site=_site(settings),
        is_alone=is_embedded,
        at_once=settings.mails_at_once if settings.smtp_url else 1,
        sign=sign,
        pace=Pace(settings.mails_per_domain / sharers),
    )
    return Loop("mailer", made.run)


def _queue_database(settings: NotificationsSettings) -> Database:
    """For those who write and claim deliveries, many times a second."""
    return Database(settings.database_url, time_zone=settings.time_zone, by_index=True)


def _site(settings: NotificationsSettings) -> Site:
    return Site(settings.mail_from, settings.public_url, settings.secret_key)


def _mail_companions(settings: NotificationsSettings) -> list[Companion]:
    """Processes for the other mailers: building mails takes a core each."""
    if settings.is_embedded:
        return []
    rehearse(_site(settings), now=utc_now())

    def loops() -> list[Loop]:
        return [_mail_loop(settings, _queue_database(settings))]

    return [Companion(f"mailer-{number}", loops) for number in range(1, settings.mailers)]


def _poster_loops(settings: NotificationsSettings, database: Database) -> list[Loop]:
    """In embedded mode one: SQLite has one writer."""
    poster = Poster(to_loopback=settings.may_post_to_loopback)
    made = PosterLoop(database=database, poster=poster, secret_key=settings.secret_key)
    count = 1 if settings.is_embedded else POSTERS
    return [Loop(f"poster-{number}", made.run) for number in range(count)]


def _carrier_loops(settings: NotificationsSettings, database: Database) -> list[Loop]:
    """To chats, phones and browsers."""
    if settings.sms_url and PHONE not in settings.sms_url:
        raise BadSettings(f"PLENARY_SMS_URL: write {PHONE} where the number goes.")
    poster = Poster(to_loopback=settings.may_post_to_loopback, total_seconds=LONGEST_POST_SECONDS)
    sender = settings.mail_from.rpartition("<")[2].rstrip(">")
    made = CarrierLoop(
        database=database,
        chat=Chat(poster, settings.sms_url),
        push=Push(poster, f"mailto:{sender}"),
        public_url=settings.public_url,
        secret_key=settings.secret_key,
        is_alone=settings.is_embedded,
    )
    count = 1 if settings.is_embedded else CARRIERS
    return [Loop(f"carrier-{number}", made.run) for number in range(count)]


def _report_timers(settings: NotificationsSettings, database: Database) -> list[Timer]:
    if not settings.bounces_folder:
        return []
    folder = Path(settings.bounces_folder)
    if not (folder / "new").is_dir():
        raise BadSettings("PLENARY_BOUNCES_FOLDER: no Maildir is there, with new, cur and tmp.")
    return [
        Timer("reports", REPORTS_EVERY_SECONDS, lambda now: take_reports(database, folder, now))
    ]


def create_worker(
    settings: NotificationsSettings,
    database: Database | None = None,
    *,
    exits_when_hung: bool = False,
) -> Worker:
    """The worker: relay, consumer, mailers, posters, timers. exits_when_hung: for a supervisor."""
    database = database or Database(settings.database_url, time_zone=settings.time_zone)
    queue = database if database.is_sqlite else _queue_database(settings)
    forget = partial(forget_what_is_old, database, kinds=RETENTION.chosen(settings.keep_days))
    worker = Worker(
        NAME,
        database=database,
        broker_url=settings.broker_url,
        exits_when_hung=exits_when_hung,
        reactions=REACTIONS,
        timers=[
            *_report_timers(settings, database),
            Timer("remind", REMIND_EVERY_SECONDS, lambda now: give_reminders(database, now)),
            Timer("release", RELEASE_EVERY_SECONDS, lambda now: release_held(database, now)),
            Timer("erasures", ERASURES_EVERY_SECONDS, lambda now: go_over_erasures(database, now)),
            Timer("forget", FORGET_EVERY_SECONDS, forget),
        ],
        loops=[
            _mail_loop(settings, queue),
            *_poster_loops(settings, database),
            *_carrier_loops(settings, queue),
            Loop("announcer", AnnouncerLoop(queue).run),
        ],
    )
    worker.companions = _mail_companions(settings)
    return worker

"""The three apps in the tests' own process, over real SQLite databases, and fast.

Messages are taken from each outbox and heard through each inbox when a test says so.
"""

import io
import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx
from flask import Flask
from sqlalchemy import select

from services.events import reactions as of_events
from services.members import reactions as of_members
from services.members.actions.founding import make_operator
from services.members.actions.hashing import hash_password
from services.members.commands.accounts import name_of
from services.notifications import reactions as of_notifications
from services.notifications.actions.mailing import MailLoop
from services.notifications.actions.mime import Site
from services.notifications.actions.sending import advance
from services.notifications.gateways.mailbox import MailboxMailer
from services.together import PARTS
from shared.contracts.message import MESSAGES
from shared.database import Database
from shared.messaging.deliveries import Delivery
from shared.messaging.inbox import Inbox
from shared.messaging.pending import make_pending
from shared.messaging.pulse import ThreadPulse
from shared.messaging.tables import kept_messages
from tests.support.databases import Templates
from tests.support.running import Headers, Running
from tests.support.running_embedded import mails_on_mailbox
from tests.support.smtp_sink import Mail

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
URL = "http://plenary.test"
SECRET_KEY = "s" * 32
REACTIONS = {
    "members": of_members.REACTIONS,
    "events": of_events.REACTIONS,
    "notifications": of_notifications.REACTIONS,
}


class Standing:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        self.now += timedelta(**step)


class Apps(Running):
    """One origin over the three apps. Looking for mails lets everybody hear and send first."""

    def __init__(self, templates: Templates, *, clock: Standing | None = None) -> None:
        """start() makes databases and apps."""
        self.clock = clock or Standing()
        self.apps: dict[str, Flask] = {}
        self.databases: dict[str, Database] = {}
        self.api = self.browser()
        self._templates = templates
        self._stack = ExitStack()
        self._inboxes: dict[str, Inbox] = {}
        self._mails: dict[str, Mail] = {}
        self._kept: dict[str, bytes] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve a request by the first step of its path."""
        # httpx hands text over where PEP 3333 wants each byte as a letter.
        path = environ["PATH_INFO"] = str(environ["PATH_INFO"]).encode().decode("latin-1")
        step = path.lstrip("/").partition("/")[0]
        name = {"mailbox": "notifications"}.get(step, step)
        return self.apps.get(name, self.apps["events"]).wsgi_app(environ, start)

    def browser(self) -> httpx.Client:
        errors = io.StringIO()
        transport = httpx.WSGITransport(app=self, wsgi_errors=errors)
        return httpx.Client(base_url=URL, transport=transport)

    def start(self) -> None:
        for name, (part, kind) in PARTS.items():
            opened = self._templates.on_sqlite(name, part.MIGRATIONS)
            database = self.databases[name] = self._stack.enter_context(opened)
            settings = kind(
                database_url=database.url,
                secret_key=SECRET_KEY,
                broker_url="embedded:///nowhere",
                public_url=URL,
            )
            self.apps[name] = part.create_app(settings, database, self.clock)
            self._inboxes[name] = Inbox(database, name, REACTIONS[name], clock=self.clock)

    def stop(self) -> None:
        self.close()

    def kill(self) -> None:
        self.close()

    def close(self) -> None:
        self.api.close()
        self._stack.close()

    def keep(self) -> None:
        """Remember everything as it is now, for put_back()."""
        for name, database in self.databases.items():
            if name not in self._kept or _is_changed(database):
                with closing(sqlite3.connect(_path(database))) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._kept[name] = _path(database).read_bytes()

    def put_back(self) -> None:
        """Everything is as it was at keep()."""
        for name, database in self.databases.items():
            if _is_changed(database):
                database.dispose()
                for ending in ("-wal", "-shm"):
                    _path(database, ending).unlink(missing_ok=True)
                _path(database).write_bytes(self._kept[name])

    def make_operator(self, email: str, name: str, password: str) -> Headers:
        with self.databases["members"].writing() as session:
            make_operator(
                session,
                [name_of(name)],
                email,
                password_hash=hash_password(password),
                actor="test",
                now=self.clock(),
            )
        return self.sign_in(email, password)

    def known(self, signed_in: Any) -> Headers:
        self.settle()
        return super().known(signed_in)

    def settle(self) -> None:
        """Let everyone hear what was told, until nobody tells anything more."""
        while sum(self._pass_on(teller) for teller in self.databases):
            continue
        for name, database in self.databases.items():
            with database.reading() as session:
                errors = session.scalars(select(kept_messages.c.error)).all()
            assert not errors, f"{name} could not hear: {errors}"

    def _pass_on(self, teller: str) -> int:
        pending = make_pending(self.databases[teller])
        told = pending.read(without=())
        for one in told:
            for hearer in MESSAGES[one.type].hearers:
                self._inboxes[hearer].hear([Delivery(one.envelope, teller, str(one.id))])
        pending.move([one.number for one in told])
        return len(told)

    def mails_to(self, address: str) -> list[Mail]:
        self.send()
        return mails_on_mailbox(self.api, address, self._mails)

    def send(self) -> None:
        """Let everyone hear what was told, and hand over every mail that is due."""
        self.settle()
        database = self.databases["notifications"]
        loop = MailLoop(
            database=database,
            mailer=MailboxMailer(database),
            for_demo=None,
            site=Site("Plenary <no-reply@plenary.example>", URL, SECRET_KEY),
            clock=self.clock,
        )
        while self._announces() or loop.send_due(ThreadPulse())[0]:
            continue

    def _announces(self) -> bool:
        with self.databases["notifications"].writing() as session:
            return advance(session, now=self.clock())


def _path(database: Database, ending: str = "") -> Path:
    return Path(f"{database.engine.url.database}{ending}")


def _is_changed(database: Database) -> bool:
    """Whether anything was written since the write-ahead log was last emptied."""
    log = _path(database, "-wal")
    return log.exists() and log.stat().st_size > 0

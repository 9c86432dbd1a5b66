"""Embedded mode: three services, one process, one port, no server beside it."""

import fcntl
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

import click
from flask import Flask
from sqlalchemy import func, select
from waitress.server import create_server

from services.demo.accounts import ACCOUNTS
from services.demo.first_start import Demo
from services.events import app as events
from services.events import worker as events_worker
from services.events.settings import EventsSettings
from services.members import app as members
from services.members import worker as members_worker
from services.members.settings import MembersSettings
from services.notifications import app as notifications
from services.notifications import worker as notifications_worker
from services.notifications.settings import NotificationsSettings
from shared.database import Database
from shared.foundation.failures import BadSettings
from shared.foundation.garbage import settle
from shared.foundation.logs import configure_logs
from shared.foundation.settings import load_settings, setting
from shared.messaging import topology
from shared.messaging.tables import outbox
from shared.messaging.worker import Worker
from shared.migrating import run_migrations
from shared.web.context import EXTENSION

THREADS: Final = 6
PARTS: Final[Mapping[str, tuple[Any, type[Any]]]] = {
    "members": (members, MembersSettings),
    "events": (events, EventsSettings),
    "notifications": (notifications, NotificationsSettings),
}
WORKERS: Final[Mapping[str, Any]] = {
    "members": members_worker,
    "events": events_worker,
    "notifications": notifications_worker,
}


@dataclass(frozen=True, kw_only=True)
class EmbeddedSettings:
    """What `plenary run` reads besides the services' own settings."""

    host: str = setting("Address to listen on", default="127.0.0.1")
    port: int = setting("Port to listen on", default=8000)
    var: str = setting("Folder for databases, broker and secrets", default="var")
    demo: bool = setting("Load the demo alliances at the first start", default=True)
    demo_password: str = setting(
        "Password of the demo accounts; empty makes one at the first start",
        default="",
        secret=True,
    )


def keep_secret(path: Path, make: Callable[[], str]) -> str:
    """The text of the file, which is made, readable by its owner alone, when missing."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make(), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def embedded_environment(environ: Mapping[str, str], settings: EmbeddedSettings) -> dict[str, str]:
    """The services' variables, with files in `var` where the environment says nothing."""
    var = Path(settings.var).resolve()
    var.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PLENARY_PUBLIC_URL": f"http://{settings.host}:{settings.port}",
        "PLENARY_BROKER_URL": f"embedded://{var}/broker.sqlite",
        "PLENARY_FILES_FOLDER": str(var / "files"),
        "PLENARY_LOG_LEVEL": "WARNING",
        "PLENARY_STYLEGUIDE": "true",
        **{
            f"PLENARY_{name.upper()}_DATABASE_URL": f"sqlite:///{var}/{name}.sqlite"
            for name in PARTS
        },
    }
    found = defaults | {name: value for name, value in environ.items() if value}
    if not found.get("PLENARY_SECRET_KEY"):
        found["PLENARY_SECRET_KEY"] = keep_secret(
            var / "secret-key", lambda: secrets.token_urlsafe(32)
        )
    return found


@dataclass
class Together:
    """The three apps, their databases and workers."""

    apps: dict[str, Flask]
    databases: dict[str, Database]
    workers: dict[str, Worker]
    environment: Mapping[str, str]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve a request by the first step of its path."""
        path = str(environ.get("PATH_INFO", ""))
        step = path.lstrip("/").partition("/")[0]
        name = {"mailbox": "notifications", "": "events"}.get(step, step)
        if path in ("", "/", "/styleguide"):
            environ["PATH_INFO"] = f"/events/{path.lstrip('/')}"
        return self.apps.get(name, self.apps["events"]).wsgi_app(environ, start)

    def check_readiness(self, check: Callable[[], str | None]) -> None:
        """Let every service's readyz ask this too."""
        for app in self.apps.values():
            app.extensions[EXTENSION].readiness.append(check)

    def pending(self) -> str | None:
        """Why not every told message is heard yet, or None."""
        for name, database in self.databases.items():
            waiting = count_unrelayed(database)
            if waiting:
                return f"{waiting} messages of {name} are not relayed yet"
        queued = sum(topology.check_all(self.environment["PLENARY_BROKER_URL"]).values())
        return f"{queued} messages are not heard yet" if queued else None

    def start(self) -> None:
        """Start relaying, hearing, timers and mailers."""
        for worker in self.workers.values():
            worker.start()

    def stop(self, deadline_seconds: float = 8.0) -> bool:
        """Stop them; whether all ended in time."""
        stopping = [
            threading.Thread(target=worker.stop, args=(deadline_seconds,))
            for worker in self.workers.values()
        ]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join(deadline_seconds + 1)
        for database in self.databases.values():
            database.dispose()
        return not any(thread.is_alive() for thread in stopping)


def count_unrelayed(database: Database) -> int:
    """How many told messages wait for the relay."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(outbox)) or 0


def bring_together(environment: Mapping[str, str]) -> Together:
    """Migrate, declare the broker's queues, and wire all three services."""
    apps, databases, workers = {}, {}, {}
    topology.declare(environment["PLENARY_BROKER_URL"])
    for name, (part, kind) in PARTS.items():
        settings = load_settings(kind, environment)
        database = databases[name] = Database(settings.database_url, time_zone=settings.time_zone)
        run_migrations(database, part.MIGRATIONS)
        apps[name] = part.create_app(settings, database)
        workers[name] = WORKERS[name].create_worker(settings, database)
    return Together(apps, databases, workers, environment)


def lock_folder(var: Path) -> Any:
    """Keep a second process out of the folder. Raises BadSettings when one is in it."""
    var.mkdir(parents=True, exist_ok=True)
    held = (var / "lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise BadSettings(
            f"Another Plenary runs in {var}. Stop it, or set PLENARY_VAR to another folder."
        ) from error
    return held


def serve(together: Together, settings: EmbeddedSettings, *, on_ready: Callable[[], None]) -> int:
    """Serve until SIGINT or SIGTERM; the exit status."""
    try:
        server = create_server(
            together,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="plenary",
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise BadSettings(
            f"Port {settings.port} can't be used ({error.strerror}). "
            "Choose another: PORT=8080 make run"
        ) from error
    together.start()
    settle()

    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    on_ready()
    try:
        server.run()
    except (SystemExit, KeyboardInterrupt):
        pass
    finally:
        server.close()
        ended = together.stop()
    return 0 if ended else 1


def environment_now() -> tuple[EmbeddedSettings, dict[str, str]]:
    """The embedded settings and the services' environment, of this process."""
    settings = load_settings(EmbeddedSettings, os.environ)
    return settings, embedded_environment(os.environ, settings)


def run() -> int:
    """What `plenary run` does; the exit status."""
    settings, environment = environment_now()
    configure_logs(level=environment["PLENARY_LOG_LEVEL"])
    var = Path(settings.var).resolve()
    with lock_folder(var):
        together = bring_together(environment)
        if not settings.demo:
            return serve(together, settings, on_ready=lambda: _greet_empty(settings))
        password = settings.demo_password or keep_secret(
            var / "demo-password", lambda: secrets.token_urlsafe(9)
        )
        demo = Demo(together.databases, together.pending, password)
        together.check_readiness(lambda: demo.state)
        return serve(together, settings, on_ready=lambda: _greet(settings, demo))


def _greet_empty(settings: EmbeddedSettings) -> None:
    _print_addresses(settings)
    click.echo("Nobody can sign in yet. Make the first operator:")
    command = ".venv/bin/plenary members create-operator"
    click.echo(f"  {command} --email YOU@EXAMPLE.ORG --name 'Your Name'")
    click.echo("Ctrl-C stops.")


def _greet(settings: EmbeddedSettings, demo: Demo) -> None:
    _print_addresses(settings)
    click.echo("Loading the demo alliances (the first start takes some seconds) …")
    demo.start(then=lambda: _print_accounts(settings, demo.password))


def _print_accounts(settings: EmbeddedSettings, password: str) -> None:
    click.echo(f"The demo is there. Accounts, all with the password {password}")
    for email, meaning in ACCOUNTS.items():
        click.echo(f"  {email:<28} {meaning}")
    click.echo(f"Ctrl-C stops; the data stay in {settings.var}.")


def _print_addresses(settings: EmbeddedSettings) -> None:
    click.echo(f"Plenary is at  http://{settings.host}:{settings.port}")
    if settings.host == "127.0.0.1":
        click.echo(f"     and at    http://localhost:{settings.port}")
    click.echo(f"Its mailbox    http://{settings.host}:{settings.port}/mailbox")

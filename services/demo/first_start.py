"""Embedded mode with the demo: loads it once, says when it is there, prints who can sign in."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from sqlalchemy import select

from services.demo import accounts, apec, talent, workshops
from services.events.model import Workshop
from services.members.model import Account
from services.together import (
    EmbeddedSettings,
    Together,
    bring_together,
    environment_now,
    keep_secret,
    lock_folder,
    serve,
)
from shared.foundation.clock import utc_now
from shared.foundation.logs import configure_logs, get_logger

LOOK_AGAIN_SECONDS: Final = 0.1
PASSWORD_FILE: Final = "demo-password"  # noqa: S105
log = get_logger()


@dataclass
class Demo:
    """The demo on its way into the databases. state: None once it is loaded and heard."""

    together: Together
    password: str
    state: str | None = "the demo is being loaded"

    def load(self) -> None:
        """Load what is missing, each part in one transaction, and wait until it is heard."""
        if self._load_members():
            self._wait("the demo's members are not heard yet")
        self._load_workshops()
        self._wait("the demo's workshops are not heard yet")
        self.state = None

    def _load_members(self) -> bool:
        with self.together.databases["members"].writing() as session:
            query = select(Account.person_id).where(Account.email == accounts.OPERATOR)
            if session.scalar(query) is not None:
                return True
            alliance = talent.load_talent_alliance(session)
            group = apec.load_working_group(session)
            accounts.load_accounts(
                session, alliance, group, password=self.password, now=utc_now()
            )
        return True

    def _load_workshops(self) -> None:
        with self.together.databases["events"].writing() as session:
            if session.scalar(select(Workshop.id).limit(1)) is not None:
                return
            alliances, now = workshops.known(session), utc_now()
            workshops.load_workshop_of_2024(session, alliances)
            workshops.load_twin(session, alliances, now=now)
            workshops.load_talent_workshops(session, alliances, now=now)

    def _wait(self, state: str) -> None:
        self.state = state
        while self.together.pending() is not None:
            time.sleep(LOOK_AGAIN_SECONDS)


def _start_loading(demo: Demo, *, then: Callable[[], None]) -> None:
    def load() -> None:
        try:
            demo.load()
        except Exception as error:  # noqa: BLE001
            demo.state = f"the demo could not be loaded: {error}"
            log.exception("demo failed")
            return
        then()

    threading.Thread(target=load, name="demo", daemon=True).start()


def run_with_demo() -> int:
    """What `plenary run` does; the exit status."""
    settings, environment = environment_now()
    configure_logs(level=environment["PLENARY_LOG_LEVEL"])
    var = Path(settings.var).resolve()
    with lock_folder(var):
        together = bring_together(environment)
        if not settings.demo:
            return serve(together, settings, on_ready=lambda: _greet_empty(settings))
        password = settings.demo_password or keep_secret(
            var / PASSWORD_FILE, lambda: secrets.token_urlsafe(9)
        )
        demo = Demo(together, password)
        together.check_readiness(lambda: demo.state)
        return serve(together, settings, on_ready=lambda: _greet(settings, demo))


def _greet_empty(settings: EmbeddedSettings) -> None:
    _print_addresses(settings)
    click.echo("Nobody can sign in yet. Make the first operator:")
    click.echo("  .venv/bin/plenary members create-operator --email YOU@EXAMPLE.ORG --name 'Your Name'")
    click.echo("Ctrl-C stops.")


def _greet(settings: EmbeddedSettings, demo: Demo) -> None:
    _print_addresses(settings)
    click.echo("Loading the demo alliances (the first start takes some seconds) …")
    _start_loading(demo, then=lambda: _print_accounts(demo))


def _print_accounts(demo: Demo) -> None:
    click.echo("The demo is there. Accounts, all with the password " + demo.password)
    for email, meaning in accounts.ACCOUNTS.items():
        click.echo(f"  {email:<28} {meaning}")
    click.echo("Ctrl-C stops; the data stay in " + str(Path(demo.together.environment.get("PLENARY_VAR", "var"))))


def _print_addresses(settings: EmbeddedSettings) -> None:
    click.echo(f"Plenary is at  http://{settings.host}:{settings.port}")
    if settings.host == "127.0.0.1":
        click.echo(f"     and at    http://localhost:{settings.port}")
    click.echo(f"Its mailbox    http://{settings.host}:{settings.port}/mailbox")

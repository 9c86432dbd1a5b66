"""The `plenary` command: run everything here, or one process of one service."""

import gc
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shared.database import WEB_PATIENCE_SECONDS, Database
from shared.foundation.failures import BadSettings, Failure
from shared.foundation.logs import configure_logs
from shared.foundation.settings import describe_settings, load_settings
from shared.migrating import run_migrations

if TYPE_CHECKING:
    from flask import Flask

SERVICES = ("members", "events", "notifications")


def _part(name: str, part: str = "app") -> Any:
    """Its app or its worker: a process loads no other service's code, a worker no web's."""
    return import_module(f"services.{name}.{part}")


def _environment() -> dict[str, str]:
    """The process's environment; with embedded mode's files where no broker is named."""
    if os.environ.get("PLENARY_BROKER_URL"):
        return dict(os.environ)
    from services.together import environment_now

    return environment_now()[1]


def _settings(name: str) -> Any:
    kinds = import_module(f"services.{name}.settings")
    return load_settings(getattr(kinds, f"{name.capitalize()}Settings"), _environment())


def _open(name: str) -> Database:
    settings = _settings(name)
    return Database(settings.database_url, time_zone=settings.time_zone)


def web_app(name: str) -> "Flask":
    """The app of one service for gunicorn, poking the relay of its worker after each commit."""
    from shared.messaging.poke import Poker

    settings = _settings(name)
    configure_logs(level=settings.log_level, service=name)
    database = Database(
        settings.database_url,
        pool_size=settings.database_pool,
        patience=WEB_PATIENCE_SECONDS,
        time_zone=settings.time_zone,
    )
    if not database.is_sqlite:
        database.after_telling.append(Poker(settings.database_url))
    app: Flask = _part(name).create_app(settings, database)
    return app


def _make_web(name: str) -> click.Command:
    @click.command()
    @click.option("--bind", default="127.0.0.1:8000", show_default=True)
    @click.option("--workers", default=2, show_default=True)
    @click.option("--threads", default=8, show_default=True)
    def web(bind: str, workers: int, threads: int) -> None:
        """Serve the service's pages and API with gunicorn."""
        config = Path(__file__).parent.parent / "deploy" / "gunicorn.py"
        command = [sys.executable, "-m", "gunicorn", "--config", str(config)]
        command += ["--bind", bind, "--workers", str(workers), "--threads", str(threads)]
        os.execv(sys.executable, [*command, f"services.__main__:web_app('{name}')"])  # noqa: S606

    return web


def _make_worker(name: str) -> click.Command:
    @click.command()
    def worker() -> None:
        """Relay, hear, and keep times: one process a service; a second one stands by."""
        from shared.messaging.worker import run_until_stopped

        settings = _settings(name)
        configure_logs(level=settings.log_level, service=name)
        made = _part(name, "worker").create_worker(settings, exits_when_hung=True)
        raise SystemExit(run_until_stopped(made))

    return worker


def _make_migrate(name: str) -> click.Command:
    @click.command()
    def migrate() -> None:
        """Bring the database's schema to this release's."""
        run_migrations(_open(name), _part(name).MIGRATIONS)
        click.echo(f"The schema of {name} is up to date.")

    return migrate


def _make_group(name: str) -> click.Group:
    from shared.messaging.commands import make_message_commands

    group = click.Group(name=name, help=f"Commands of the {name} service.")
    for make in (_make_web, _make_worker, _make_migrate):
        group.add_command(make(name))
    own = import_module(f"services.{name}.commands")
    for command in own.make_commands(lambda: _open(name), lambda: _settings(name)):
        group.add_command(command)
    messages = make_message_commands(name, lambda: _open(name), lambda: _settings(name).broker_url)
    for command in messages:
        group.add_command(command)
    return group


@click.command()
@click.option("--port", type=int, help="Port to listen on (PLENARY_PORT).")
@click.option("--demo/--no-demo", default=None, help="Load the demo alliances (PLENARY_DEMO).")
def run(port: int | None, demo: bool | None) -> None:
    """Serve everything from one process: no server beside it, data in var/."""
    if port is not None:
        os.environ["PLENARY_PORT"] = str(port)
    if demo is not None:
        os.environ["PLENARY_DEMO"] = str(demo)
    # Nothing that is made at the start is garbage: looking for cycles took a sixth of it.
    gc.disable()
    from services import together

    raise SystemExit(together.run())


@click.command()
def settings() -> None:
    """Every setting with its meaning, default and current value (secrets masked)."""
    from rich.console import Console
    from rich.table import Table

    from services.together import PARTS, EmbeddedSettings

    table = Table("variable", "means", "default", "now")
    shown: set[str] = set()
    kinds: list[type[Any]] = [EmbeddedSettings, *(kind for _, kind in PARTS.values())]
    for kind in kinds:
        for each in describe_settings(kind, os.environ):
            if each.variable not in shown:
                shown.add(each.variable)
                table.add_row(each.variable, each.meaning, each.default, each.current)
    Console().print(table)


class _Lazy(click.Group):
    """Makes a service's commands when they are asked for, so that `plenary run` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *SERVICES, "messages"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in SERVICES:
            return _make_group(cmd_name)
        if cmd_name == "messages":
            from shared.messaging.commands import make_broker_commands

            return make_broker_commands(lambda: _environment()["PLENARY_BROKER_URL"])
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Lazy)
@click.version_option(package_name="plenary")
def plenary() -> None:
    """Plenary runs an alliance: its members, their workshops, and what everyone must be told."""


plenary.add_command(run)
plenary.add_command(settings)


def main(call: Callable[[], Any] = plenary) -> None:
    """Run the command; a failure is one sentence, not a trace."""
    try:
        call()
    except BadSettings as error:
        raise SystemExit(f"plenary: {error.detail}") from error
    except Failure as error:
        raise SystemExit(f"plenary: {error.detail} ({error.code})") from error


if __name__ == "__main__":
    main()

"""Operators' commands of notifications."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from services.notifications.actions.delivering import requeue
from services.notifications.actions.retaining import RETENTION
from services.notifications.actions.subscribing import ensure_push_key
from services.notifications.model import Delivery
from shared.database import Database
from shared.retention_command import make_retention_command

OpenDatabase = Callable[[], Database]
ReadSettings = Callable[[], Any]
console = Console()


def make_commands(open_database: OpenDatabase, read_settings: ReadSettings) -> list[click.Command]:
    """`deliveries`, `resend`, `push-key` and `retention`."""

    @click.command()
    def deliveries() -> None:
        """How many deliveries are in each state, by channel."""
        query = select(Delivery.channel, Delivery.state, func.count()).group_by(
            Delivery.channel, Delivery.state
        )
        table = Table("channel", "state", "deliveries")
        with open_database().reading() as session:
            for channel, state, count in session.execute(query):
                table.add_row(channel, state, str(count))
        console.print(table)

    @click.command()
    @click.option("--state", type=click.Choice(["failed", "bounced"]), default="failed")
    def resend(state: str) -> None:
        """Send all mails that ended so once more."""
        query = select(Delivery).where(Delivery.state == state, Delivery.channel == "mail")
        with open_database().writing() as session:
            found = list(session.scalars(query))
            for delivery in found:
                requeue(session, delivery, now=datetime.now(UTC))
        click.echo(f"{len(found)} mails are queued again.")

    @click.command()
    def push_key() -> None:
        """The public key of web push; made now, where there is none yet."""
        secret_key = read_settings().secret_key
        with open_database().writing() as session:
            made = ensure_push_key(session, secret_key=secret_key, now=datetime.now(UTC))
            click.echo(made.public)

    return [
        deliveries,
        resend,
        push_key,
        make_retention_command(RETENTION, open_database, read_settings),
    ]

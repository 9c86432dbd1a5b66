"""Operators' commands of events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from services.events.actions.allotting import keep_due_dates, workshops_with_due_dates
from services.events.actions.retaining import RETENTION
from services.events.queries.auditing import false_ledgers
from shared.database import Database
from shared.retention_command import make_retention_command

OpenDatabase = Callable[[], Database]
ReadSettings = Callable[[], Any]
console = Console()


def make_commands(open_database: OpenDatabase, read_settings: ReadSettings) -> list[click.Command]:
    """`check-seats`, `due-dates` and `retention`."""

    @click.command(name="check-seats")
    def check_seats() -> None:
        """Hold every seat ledger against the registrations, nominations and offers themselves."""
        with open_database().reading() as session:
            found = false_ledgers(session)
        table = Table("workshop", "what", "ledger", "counted")
        for each in found:
            table.add_row(str(each.workshop_id), each.what, str(each.kept), str(each.counted))
        if found:
            console.print(table)
            raise click.ClickException(f"{len(found)} counts don't add up.")
        click.echo("Every seat ledger adds up.")

    @click.command(name="due-dates")
    def due_dates() -> None:
        """Expire offers, lapse nominations and release allotments now, as the timer would."""
        database, now = open_database(), datetime.now(UTC)
        with database.reading() as session:
            due = workshops_with_due_dates(session, now=now)
        for workshop_id in due:
            with database.writing() as session:
                keep_due_dates(session, workshop_id, now=now)
        click.echo(f"{len(due)} workshops had something due.")

    return [check_seats, due_dates, make_retention_command(RETENTION, open_database, read_settings)]

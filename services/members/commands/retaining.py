"""`plenary members retention`: how long each kind of data is kept."""

import click
from rich.console import Console
from rich.table import Table

from services.members.actions.retaining import kinds_of, retain, runs_of
from services.members.commands.accounts import OpenDatabase, ReadSettings
from shared.foundation.clock import rfc3339, utc_now


def make_retention_command(
    open_database: OpenDatabase, read_settings: ReadSettings
) -> click.Command:
    """The table of kinds; with --run, what is due is forgotten first."""

    @click.command(name="retention")
    @click.option("--run", "runs", is_flag=True, help="Forget what is due now, as the timer does.")
    def retention(runs: bool) -> None:
        """How many days each kind of data is kept, and what was forgotten last."""
        kinds, database = kinds_of(read_settings()), open_database()
        if runs:
            with database.writing() as session:
                retain(session, kinds, now=utc_now())
        table = Table("kind", "days", "since", "last run", "forgotten", "in all")
        with database.reading() as session:
            done = runs_of(session)
        for each in kinds:
            run = done.get(each.name)
            facts = (rfc3339(run.ran_at), run.count, run.total) if run else ("never", 0, 0)
            table.add_row(each.name, str(each.days), each.since, *map(str, facts))
        Console().print(table)

    return retention

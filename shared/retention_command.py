"""`plenary SERVICE retention`: how long each kind of data is kept."""

from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from shared.database import Database
from shared.foundation.clock import rfc3339, utc_now
from shared.retaining import Retention


def make_retention_command(
    kept: Retention, open_database: Callable[[], Database], read_settings: Callable[[], Any]
) -> click.Command:
    """The table of kinds; with --run, what is due is forgotten first."""

    @click.command(name="retention")
    @click.option("--run", "runs", is_flag=True, help="Forget what is due now, as the timer does.")
    def retention(runs: bool) -> None:
        """How many days each kind of data is kept, and what was forgotten last."""
        kinds, database = kept.chosen(read_settings().keep_days), open_database()
        if runs:
            with database.writing() as session:
                kept.retain(session, kinds, now=utc_now())
        table = Table("kind", "days", "since", "last run", "forgotten", "in all")
        with database.reading() as session:
            done = kept.done(session)
        for each in kinds:
            run = done.get(each.name)
            facts = (rfc3339(run.ran_at), run.count, run.total) if run else ("never", 0, 0)
            table.add_row(each.name, str(each.days), each.since, *map(str, facts))
        Console().print(table)

    return retention

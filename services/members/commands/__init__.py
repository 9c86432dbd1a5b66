"""Operators' commands of members."""

import click

from services.members.actions.retaining import RETENTION
from services.members.commands.accounts import OpenDatabase, ReadSettings, make_account_commands
from services.members.commands.auditing import make_audit_commands
from shared.retention_command import make_retention_command


def make_commands(open_database: OpenDatabase, read_settings: ReadSettings) -> list[click.Command]:
    """All of them, below `plenary members`."""
    return [
        *make_account_commands(open_database, read_settings),
        make_audit_commands(open_database),
        make_retention_command(RETENTION, open_database, read_settings),
    ]

"""`plenary members retention` shows the table, and forgets what is due."""

from click.testing import CliRunner

from services.members.actions.retaining import RETENTION
from shared.retention_command import make_retention_command


def test_it_shows_every_kind_and_what_was_forgotten(database, settings):
    command = make_retention_command(RETENTION, lambda: database, lambda: settings)
    run = CliRunner().invoke

    before, after = run(command, []), run(command, ["--run"])

    assert "audit_addresses" in before.output
    assert "never" in before.output
    assert "never" not in after.output

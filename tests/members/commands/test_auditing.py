"""`plenary members audit`."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from services.members.commands import make_commands
from tests.members.builders import an_organisation


@pytest.fixture
def run(database, settings):
    commands = {each.name: each for each in make_commands(lambda: database, lambda: settings)}
    return lambda *arguments: CliRunner().invoke(commands["audit"], [*map(str, arguments)])


@pytest.fixture
def three(database):
    """Three entries."""
    with database.writing() as session:
        for name in ("One", "Two", "Three"):
            an_organisation(session, name)


def test_a_whole_audit_is_said_to_be_whole(run, three):
    result = run("verify")

    assert (result.exit_code, result.output) == (
        0,
        "3 entries are all there and as they were written.\n",
    )


def test_a_changed_entry_is_named_and_the_command_fails(run, three, database):
    with database.writing() as session:
        session.connection().execute(text("UPDATE audit_entries SET actor = 'x' WHERE number = 2"))

    result = run("verify")

    assert result.exit_code == 1
    assert "chain 0, entry 2: the entry was changed" in result.output


def test_heads_that_were_kept_are_compared(run, three, tmp_path):
    file = tmp_path / "heads.json"
    file.write_text(run("heads").output)
    good = run("verify", "--against", file)
    kept = json.loads(file.read_text())
    kept["0"]["hash"] = "0" * 64
    file.write_text(json.dumps(kept))

    assert good.exit_code == 0
    assert "it is not the entry that was kept" in run("verify", "--against", file).output


@pytest.mark.parametrize("content", ["", "[]", '{"0": {}}', '{"99": {"position": 1, "hash": ""}}'])
def test_a_file_that_holds_no_heads_is_refused(run, tmp_path, content):
    file = tmp_path / "heads.json"
    file.write_text(content)

    result = run("verify", "--against", file)

    assert result.exit_code == 2
    assert "--against" in result.output

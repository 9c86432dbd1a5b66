"""`plenary members audit`: whether the audit is whole."""

import json
from pathlib import Path

import click
from marshmallow import Schema, ValidationError, fields, validate

from services.members.actions.auditing.verifying import Head, as_plain, heads, verify
from services.members.commands.accounts import OpenDatabase
from services.members.model.audit import CHAINS

MOST_SHOWN = 50


class HeadSchema(Schema):
    """The end of a chain in a file of heads."""

    position = fields.Integer(required=True, validate=validate.Range(min=0))
    hash = fields.String(required=True)


def make_audit_commands(open_database: OpenDatabase) -> click.Group:
    """`audit verify` and `audit heads`."""
    group = click.Group("audit", help="The record of who changed what.")
    group.add_command(_make_verify(open_database))
    group.add_command(_make_heads(open_database))
    return group


def _read_heads(path: Path) -> dict[int, Head]:
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        known = {int(chain): HeadSchema().load(head) for chain, head in plain.items()}
    except (ValueError, AttributeError, ValidationError) as error:
        raise click.BadParameter(
            f"{path} is not what `plenary members audit heads` writes.", param_hint="--against"
        ) from error
    if not set(known) <= set(range(CHAINS)):
        raise click.BadParameter(
            f"There are chains 0 to {CHAINS - 1} only.", param_hint="--against"
        )
    return {chain: Head(**head) for chain, head in known.items()}


def _make_verify(open_database: OpenDatabase) -> click.Command:
    @click.command(name="verify")
    @click.option(
        "--against",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Heads that `audit heads` wrote at an earlier time, kept elsewhere.",
    )
    def verify_audit(against: Path | None) -> None:
        """Find entries that were changed or are missing; the exit status is 1 then."""
        kept = _read_heads(against) if against else None
        with open_database().reading() as session:
            verdict = verify(session, against=kept)
        for each in verdict.breaks[:MOST_SHOWN]:
            click.echo(f"chain {each.chain}, entry {each.position}: {each.why}")
        if verdict.breaks:
            click.echo(f"{len(verdict.breaks)} faults in {verdict.count} entries.")
            raise click.exceptions.Exit(1)
        click.echo(f"{verdict.count} entries are all there and as they were written.")

    return verify_audit


def _make_heads(open_database: OpenDatabase) -> click.Command:
    @click.command(name="heads")
    def write_heads() -> None:
        """Where the chains end now, as JSON. Keep it where the database's owner can't write."""
        with open_database().reading() as session:
            click.echo(json.dumps(as_plain(heads(session)), indent=2))

    return write_heads

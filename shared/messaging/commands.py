"""Operators' commands: the broker-wide group `messages`, and those of each service."""

import getpass
import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shared.contracts.message import MESSAGES, SERVICES
from shared.database import Database
from shared.foundation.clock import rfc3339, utc_now
from shared.foundation.later import Later
from shared.messaging import operating, topology
from shared.messaging.describing import markdown
from shared.messaging.operating import Act, Chosen, Listed

if TYPE_CHECKING:
    from shared.messaging import asyncapi
else:
    # Every worker has these commands, and none needs what this one loads.
    asyncapi = Later("shared.messaging.asyncapi")

OpenDatabase = Callable[[], Database]
BrokerUrl = Callable[[], str]
FORMATS: Final = ("table", "asyncapi", "markdown")
PLACES: Final = ("parked", "retrying", "waiting", "dlq", "outbox", "told")
_NO_REPLAY: Final = {
    "outbox": "The relay sends what is in the outbox by itself.",
    "waiting": "They follow by themselves when the one before them has succeeded or is parked.",
}
console: Final = Console()


def make_broker_commands(broker_url: BrokerUrl) -> click.Group:
    """The group `messages`; without a subcommand it lists every kind of message."""

    @click.group(name="messages", invoke_without_command=True)
    @click.option("--format", "form", type=click.Choice(FORMATS), default="table")
    @click.pass_context
    def messages(context: click.Context, form: str) -> None:
        """What services tell each other, and the broker that carries it."""
        if context.invoked_subcommand is not None:
            return
        if form == "asyncapi":
            click.echo(json.dumps(asyncapi.asyncapi(_version()), ensure_ascii=False, indent=2))
        elif form == "markdown":
            click.echo(markdown(), nl=False)
        else:
            _print_kinds()

    for command in (_make_declare, _make_check, _make_permissions):
        messages.add_command(command(broker_url))
    return messages


def _make_declare(broker_url: BrokerUrl) -> click.Command:
    @click.command()
    def declare() -> None:
        """Make the broker's exchanges and queues. Needs a user who may; twice is once."""
        for name in topology.declare(broker_url()):
            click.echo(name)

    return declare


def _make_check(broker_url: BrokerUrl) -> click.Command:
    @click.command()
    def check() -> None:
        """Say how many messages wait in each queue; fail where one is missing."""
        try:
            for name, size in topology.check_all(broker_url()).items():
                click.echo(f"{name}\t{size}")
        except topology.TopologyMissing as error:
            raise click.ClickException(error.detail) from error

    return check


def _make_permissions(_: BrokerUrl) -> click.Command:
    @click.command()
    def permissions() -> None:
        """Print the rabbitmqctl lines that let each service do what it must, and no more."""
        for one in topology.permissions():
            click.echo(
                f"rabbitmqctl set_permissions {one.user}"
                f" '{one.configure}' '{one.write}' '{one.read}'"
            )

    return permissions


def _version() -> str:
    try:
        return version("plenary")
    except PackageNotFoundError:
        return "0"


def _print_kinds() -> None:
    table = Table("type", "told by", "heard by", "means")
    for name in sorted(MESSAGES):
        kind = MESSAGES[name]
        means = (kind.__doc__ or "").strip().splitlines()[0]
        table.add_row(name, kind.teller, ", ".join(kind.hearers) or "public", means)
    console.print(table)


def _place_options(command: Any) -> Any:
    for place in reversed(PLACES):
        command = click.option(f"--{place}", "place", flag_value=place, default=place == "parked")(
            command
        )
    command = click.option("--since", type=click.DateTime(), help="UTC.")(command)
    return click.option("--type", "kind", help="Such as plenary.events.seat_offered.v1.")(command)


def _chosen(
    place: str, kind: str | None, since: datetime | None, id_: UUID | None = None
) -> Chosen:
    return Chosen(place, id_, kind, since.replace(tzinfo=UTC) if since else None)


def _act() -> Act:
    return Act(getpass.getuser(), utc_now())


def make_message_commands(
    service: str, open_database: OpenDatabase, broker_url: BrokerUrl
) -> list[click.Command]:
    """`list`, `show`, `replay` and `discard` for one service's messages."""
    return [
        _make_list(service, open_database, broker_url),
        _make_show(open_database),
        _make_replay(service, open_database, broker_url),
        _make_discard(service, open_database, broker_url),
    ]


def _make_list(service: str, open_database: OpenDatabase, broker_url: BrokerUrl) -> click.Command:
    @click.command(name="list")
    @_place_options
    @click.option("--limit", default=100, show_default=True)
    def list_(place: str, kind: str | None, since: datetime | None, limit: int) -> None:
        """Messages in one place, oldest first."""
        if place == "dlq":
            _print_dead(service, broker_url(), limit)
            return
        with open_database().reading() as session:
            _print(operating.list_messages(session, _chosen(place, kind, since), limit=limit))

    return list_


def _print(listed: list[Listed]) -> None:
    table = Table("id", "type", "subject", "at", "tries", "error")
    for one in listed:
        at = rfc3339(one.at) if one.at else ""
        table.add_row(
            str(one.id or ""),
            one.type,
            str(one.subject or ""),
            at,
            str(one.attempts),
            one.error,
        )
    console.print(table)
    click.echo(f"{len(listed)} messages")


def _print_dead(service: str, url: str, limit: int) -> None:
    with operating.dead_letters(url, service) as messages:
        for _, message in zip(range(limit), messages, strict=False):
            click.echo(f"{message.properties.get('message_id')}\t{message.body!r}")


def _make_show(open_database: OpenDatabase) -> click.Command:
    @click.command()
    @click.argument("message_id", type=click.UUID)
    def show(message_id: UUID) -> None:
        """One message, everywhere that this service keeps it."""
        with open_database().reading() as session:
            found = operating.find_message(session, message_id)
        if not found:
            raise click.ClickException(f"There is no message {message_id} here.")
        for one in found:
            click.echo(f"{one.place}, tried {one.attempts} times. {one.error}")
            click.echo(one.body)

    return show


def _make_replay(service: str, open_database: OpenDatabase, broker_url: BrokerUrl) -> click.Command:
    @click.command()
    @_place_options
    @click.option("--id", "id_", type=click.UUID, help="One message alone.")
    @click.option("--to", "hearer", type=click.Choice(SERVICES), help="With --told: who hears.")
    def replay(
        place: str,
        kind: str | None,
        since: datetime | None,
        id_: UUID | None,
        hearer: str | None,
    ) -> None:
        """Try kept messages again now; or tell told ones again, to one hearer alone."""
        if place in _NO_REPLAY:
            raise click.UsageError(_NO_REPLAY[place])
        if place == "told" and hearer is None:
            raise click.UsageError("--told needs --to HEARER.")
        chosen, database = _chosen(place, kind, since, id_), open_database()
        if hearer is not None:
            count = _replay_told(service, database, broker_url(), hearer, chosen)
        elif place == "dlq":
            count = operating.revive_dead(database, broker_url(), service, _act())
        else:
            with database.writing() as session:
                count = operating.retry_now(session, chosen, _act())
        click.echo(f"{count} messages replayed")

    return replay


def _replay_told(service: str, database: Database, url: str, hearer: str, chosen: Chosen) -> int:
    with database.reading() as session:
        total = operating.count_told(session, hearer, service, chosen)
    with Progress(console=console) as progress:
        task = progress.add_task(f"to {hearer}", total=total)
        return operating.replay_told(
            database,
            url,
            service,
            hearer,
            chosen=chosen,
            act=_act(),
            on_progress=lambda more: progress.advance(task, more),
        )


def _make_discard(
    service: str, open_database: OpenDatabase, broker_url: BrokerUrl
) -> click.Command:
    @click.command()
    @_place_options
    @click.option("--id", "id_", type=click.UUID, help="One message alone.")
    @click.option("--reason", required=True, help="For the audit.")
    @click.confirmation_option(prompt="These messages are forgotten for ever. Go on?")
    def discard(
        place: str, kind: str | None, since: datetime | None, id_: UUID | None, reason: str
    ) -> None:
        """Forget kept messages or dead letters for ever."""
        if place in ("outbox", "told"):
            raise click.UsageError("What was told can't be taken back.")
        database = open_database()
        if place == "dlq":
            count = operating.discard_dead(database, broker_url(), service, _act(), reason=reason)
        else:
            with database.writing() as session:
                chosen = _chosen(place, kind, since, id_)
                count = operating.discard(session, chosen, _act(), reason=reason)
        click.echo(f"{count} messages discarded")

    return discard

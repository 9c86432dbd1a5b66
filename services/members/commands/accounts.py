"""The first account, and the keys that sign tokens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click
from marshmallow import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from services.members.actions.checking_codes import turn_off
from services.members.actions.choosing_passwords import hash_new_password
from services.members.actions.founding import make_operator
from services.members.actions.mailing_tokens import Addressee, make_token
from services.members.actions.signing_tokens import known_keys, rotate_keys
from services.members.model import Person, RoleGrant
from services.members.queries.accounts import find_account
from services.members.settings import MembersSettings
from shared.database import Database
from shared.foundation.clock import rfc3339, utc_now
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from shared.foundation.names import PersonName, fold
from shared.web.fields import Email, Line

OpenDatabase = Callable[[], Database]
ReadSettings = Callable[[], MembersSettings]
LINK_FOR = timedelta(hours=24)
ACTOR = "command"


def make_account_commands(
    open_database: OpenDatabase, read_settings: ReadSettings
) -> list[click.Command]:
    """`create-operator`, `list-operators`, `turn-off-second-step`, `list-keys`, `rotate-keys`."""
    return [
        _make_create_operator(open_database, read_settings),
        _make_list_operators(open_database),
        _make_turn_off_second_step(open_database),
        _make_list_keys(open_database),
        _make_rotate_keys(open_database),
    ]


def _checked(field: Any, value: str, option: str) -> str:
    try:
        found: str = field.deserialize(value)
    except ValidationError as error:
        raise click.BadParameter(" ".join(map(str, error.messages)), param_hint=option) from error
    return found


def _checked_password(password: str, about: list[str]) -> str:
    """Its hash."""
    if len(password) < 8:
        raise click.BadParameter("Use eight characters or more.", param_hint="--password")
    try:
        return hash_new_password(password, about=about)
    except Invalid as failure:
        raise click.BadParameter(failure.detail, param_hint="--password") from failure


def name_of(text: str) -> PersonName:
    """A name as it is typed in one piece: the last word is the family's."""
    given, _, family = text.strip().rpartition(" ")
    is_latin = fold(text).isascii()
    return PersonName(
        kind="romanised" if is_latin else "native",
        given=given,
        family=family,
        order="given_first",
    )


def _make_create_operator(
    open_database: OpenDatabase, read_settings: ReadSettings
) -> click.Command:
    @click.command(name="create-operator")
    @click.option("--email", required=True)
    @click.option("--name", required=True)
    @click.option("--password", help="Without one, a link to sign in is printed.")
    def create_operator(email: str, name: str, password: str | None) -> None:
        """Make somebody an operator: the first account of an empty installation."""
        address = _checked(Email(), email, "--email")
        line = _checked(Line(longest=200), name, "--name")
        chosen = _checked_password(password, [address, line]) if password else None
        settings, link = read_settings(), ""
        with open_database().writing() as session:
            person = make_operator(
                session,
                [name_of(line)],
                address,
                password_hash=chosen,
                actor=ACTOR,
                now=utc_now(),
            )
            if not password:
                made, link = make_token(
                    session,
                    "sign_in_link",
                    Addressee(address, line, person=person),
                    settings=settings,
                    now=utc_now(),
                )
                made.expires_at = utc_now() + LINK_FOR
        click.echo(f"{line} is an operator.")
        if password:
            click.echo(f"Sign in at {settings.public_url}/members/sign-in as {address}.")
        else:
            click.echo(f"Sign in once within 24 hours: {link}")

    return create_operator


def _make_list_operators(open_database: OpenDatabase) -> click.Command:
    @click.command(name="list-operators")
    def list_operators() -> None:
        """Who may do everything."""
        table = Table("person", "name", "email", "until")
        query = (
            select(Person, RoleGrant)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == Role.OPERATOR, RoleGrant.is_live_at(utc_now()))
            .order_by(Person.sort_key)
        )
        with open_database().reading() as session:
            for person, held in session.execute(query):
                until = rfc3339(held.expires_at) if held.expires_at else ""
                name = person.name_in(person.locale)
                table.add_row(str(person.id), name, person.email or "", until)
        Console().print(table)

    return list_operators


def _make_turn_off_second_step(open_database: OpenDatabase) -> click.Command:
    @click.command(name="turn-off-second-step")
    @click.option("--email", required=True)
    def turn_off_second_step(email: str) -> None:
        """For somebody who has lost both their app and their recovery codes."""
        address = _checked(Email(), email, "--email")
        with open_database().writing() as session:
            account = find_account(session, address)
            if account is None:
                raise click.BadParameter("No account has this address.", param_hint="--email")
            person = session.get_one(Person, account.person_id)
            turn_off(session, person, actor=ACTOR, now=utc_now())
        click.echo(f"{address} signs in without a code; they are told by mail.")

    return turn_off_second_step


def _make_list_keys(open_database: OpenDatabase) -> click.Command:
    @click.command(name="list-keys")
    def list_keys() -> None:
        """The keys that access tokens are or will be signed with."""
        table = Table("key", "signs from", "until", "good until")
        with open_database().reading() as session:
            for key in known_keys(session, now=utc_now()):
                times = (key.signs_from, key.signs_until, key.expires_at)
                table.add_row(str(key.id), *map(rfc3339, times))
        Console().print(table)

    return list_keys


def _make_rotate_keys(open_database: OpenDatabase) -> click.Command:
    @click.command(name="rotate-keys")
    def rotate() -> None:
        """Make the keys that are due; the worker does it by itself."""
        with open_database().writing() as session:
            rotate_keys(session, now=utc_now())
            count = len(known_keys(session, now=utc_now()))
        click.echo(f"{count} keys are known.")

    return rotate

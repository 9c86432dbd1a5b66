"""An operator's commands."""

import pyotp
import pytest
from click.testing import CliRunner

from services.members.actions import checking_codes
from services.members.commands import make_commands
from services.members.model import Person
from tests.members.builders import NOW

EMAIL = ["--email", "chief@one.example", "--name", "Mei Lin"]


@pytest.fixture
def run(database, settings):
    commands = {each.name: each for each in make_commands(lambda: database, lambda: settings)}

    def run(name, *arguments):
        return CliRunner().invoke(commands[name], arguments)

    return run


def test_the_first_operator_is_made_and_told_how_to_sign_in(run, client):
    output = run("create-operator", *EMAIL).output

    path = output.partition("http://127.0.0.1:8000")[2].strip()
    assert path.startswith("/members/sign-in/link/")
    assert "One click" in client.get(path).text


def test_an_operator_with_a_password_signs_in_with_it(run, sign_in, client):
    run("create-operator", *EMAIL, "--password", "a good one")

    headers = sign_in("chief@one.example", "a good one")

    me = client.get("/members/api/v1/me", headers=headers).json
    assert [grant["role"] for grant in me["grants"]] == ["operator"]


def test_making_an_operator_twice_is_once(run):
    run("create-operator", *EMAIL)
    run("create-operator", *EMAIL)

    assert run("list-operators").output.count("Mei Lin") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--email", "nobody", "--name", "X"],
        ["--email", "a@b.example", "--name", "X\nY"],
        [*EMAIL, "--password", "short"],
    ],
)
def test_what_can_t_be_used_is_said(run, arguments):
    result = run("create-operator", *arguments)

    assert result.exit_code == 2
    assert "Invalid value" in result.output


def test_keys_are_made_and_listed(run):
    assert "1 keys are known." in run("rotate-keys").output
    assert run("list-keys").exit_code == 0


def test_a_lost_app_and_lost_codes_are_an_operator_s_to_forget(run, database, person, settings):
    with database.writing() as session:
        owner = session.get_one(Person, person.id)
        secret = checking_codes.set_up(session, owner, settings=settings, now=NOW).secret
        code = pyotp.TOTP(secret).at(NOW)
        checking_codes.confirm(session, owner, code, settings=settings, now=NOW)

    result = run("turn-off-second-step", "--email", "mei@one.example")

    assert result.exit_code == 0
    with database.reading() as session:
        assert not checking_codes.asks_for_code(session, person.id)
    assert run("turn-off-second-step", "--email", "nobody@one.example").exit_code == 2

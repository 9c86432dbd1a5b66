"""An operator's commands."""

import pytest
from click.testing import CliRunner

from services.members.commands import make_commands

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

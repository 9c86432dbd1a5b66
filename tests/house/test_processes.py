"""The processes that docker-compose.yml runs are the ones that the command knows."""

import shlex

import click
import yaml

from services.__main__ import plenary
from tests.house.tree import ROOT, SERVICES

COMPOSE = ROOT / "docker-compose.yml"
KINDS = ("web", "worker")


def words_of(command: str | list[str] | None) -> list[str]:
    if isinstance(command, str):
        return shlex.split(command)
    return [str(word) for word in command or []]


def processes(compose: str) -> set[tuple[str, str]]:
    """(service, web | worker) of each container that runs one of ours."""
    found = set()
    for container in yaml.safe_load(compose)["services"].values():
        command = [*words_of(container.get("entrypoint")), *words_of(container.get("command"))]
        if command[:1] == ["plenary"] and command[1] in SERVICES and command[2] in KINDS:
            found.add((command[1], command[2]))
    return found


def known_processes(command: click.Group) -> set[tuple[str, str]]:
    """(service, web | worker) of each service's commands."""
    context = click.Context(command)
    found = set()
    for service in SERVICES:
        group = command.get_command(context, service)
        assert isinstance(group, click.Group)
        found |= {(service, kind) for kind in KINDS if kind in group.commands}
    return found


def test_compose_runs_a_web_and_a_worker_of_every_service():
    running = processes(COMPOSE.read_text())

    assert running == {(name, kind) for name in SERVICES for kind in KINDS}


def test_compose_runs_every_process_that_the_command_knows():
    assert processes(COMPOSE.read_text()) == known_processes(plenary)


def test_a_missing_worker_would_be_seen():
    compose = """
    services:
      members:
        command: plenary members web --bind 0.0.0.0:8000
      members-worker:
        command: ["plenary", "members", "worker"]
      broker:
        image: rabbitmq
    """

    assert processes(compose) == {("members", "web"), ("members", "worker")}

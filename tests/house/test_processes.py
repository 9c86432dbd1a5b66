"""The processes that docker-compose.yml runs are the ones that the command knows."""

import importlib
import importlib.util
import shlex

import click
import yaml

from tests.house.tree import ROOT, SERVICES

COMPOSE = ROOT / "docker-compose.yml"


def words_of(command: str | list[str] | None) -> list[str]:
    if isinstance(command, str):
        return shlex.split(command)
    return [str(word) for word in command or []]


def processes(compose: str) -> set[tuple[str, str]]:
    """(service, web | worker) of each container that runs one of ours."""
    found = set()
    for container in yaml.safe_load(compose)["services"].values():
        command = [*words_of(container.get("entrypoint")), *words_of(container.get("command"))]
        line = " ".join(command)
        for service in SERVICES:
            if command[-2:] == [service, "worker"]:
                found.add((service, "worker"))
            elif "gunicorn" in line and f"services.{service}" in line:
                found.add((service, "web"))
    return found


def workers_of(command: click.Command) -> set[tuple[str, str]]:
    """(service, worker) of each service whose commands have a worker."""
    groups = getattr(command, "commands", {})
    return {
        (name, "worker")
        for name, group in groups.items()
        if "worker" in getattr(group, "commands", {})
    }


def test_compose_runs_a_web_and_a_worker_of_every_service():
    if not COMPOSE.exists():
        return

    running = processes(COMPOSE.read_text())

    assert running == {(name, kind) for name in SERVICES for kind in ("web", "worker")}


def test_compose_runs_every_worker_that_the_command_knows():
    if not COMPOSE.exists() or importlib.util.find_spec("services.__main__") is None:
        return
    main = importlib.import_module("services.__main__").main

    running = {process for process in processes(COMPOSE.read_text()) if process[1] == "worker"}

    assert running == workers_of(main)


def test_a_missing_worker_would_be_seen():
    compose = """
    services:
      members:
        command: gunicorn -c deploy/gunicorn.py "services.members.app:create_app()"
      members-worker:
        command: ["plenary", "members", "worker"]
      broker:
        image: rabbitmq
    """

    assert processes(compose) == {("members", "web"), ("members", "worker")}

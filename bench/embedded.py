"""P8: embedded mode on an existing database: seconds until ready, and memory."""

import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.effort import Effort
from bench.limits import bare_embedded
from bench.results import Result, result
from tests.support.guarded import GuardedProcess
from tests.support.ports import HOST, free_port
from tests.support.running import ROOT, SERVICES, environment_of
from tests.support.running_embedded import EmbeddedPlenary

LIMIT = "bare Flask, SQLAlchemy, SQLite, waitress"
REQUESTS = 200
PATHS = ("/events/workshops", "/events/workshops?when=past", "/events/api/v1/workshops")


@dataclass
class Runs:
    """What several starts took. ready, used: megabytes when ready and after 200 requests."""

    seconds: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)


def measure(effort: Effort) -> Iterator[Result]:
    """Seconds from start to readyz of all services; PSS in MB; each beside a bare process."""
    ours, bare = Runs(), Runs()
    plenary = EmbeddedPlenary(demo=True)
    try:
        plenary.start()
        plenary.stop()
        for _ in range(effort.rounds):
            _run(plenary, ours)
            _run_bare(bare)
    finally:
        plenary.close()
    yield result("embedded, ready", ours.seconds, "s", limit=LIMIT, limits=bare.seconds)
    yield result("embedded, memory when ready", ours.ready, "MB", limit=LIMIT, limits=bare.ready)
    name = f"embedded, memory after {REQUESTS} requests"
    yield result(name, ours.used, "MB", limit=LIMIT, limits=bare.used)


def _run(plenary: EmbeddedPlenary, runs: Runs) -> None:
    began = time.monotonic()
    plenary.begin()
    _wait(plenary.api, [f"/{service}/readyz" for service in SERVICES])
    runs.seconds.append(time.monotonic() - began)
    runs.ready.append(_megabytes(plenary.pids))
    _ask(plenary.api, PATHS)
    runs.used.append(_megabytes(plenary.pids))
    plenary.stop()


def _run_bare(runs: Runs) -> None:
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as name,
        httpx.Client(base_url=f"http://{HOST}:{port}") as client,
    ):
        folder = Path(name)
        command = [sys.executable, "-m", bare_embedded.__name__, str(port), f"{folder}/bare.sqlite"]
        began = time.monotonic()
        process = GuardedProcess(
            command, environment=environment_of({}), folder=ROOT, log=folder / "log"
        )
        try:
            _wait(client, ["/readyz"])
            runs.seconds.append(time.monotonic() - began)
            runs.ready.append(_megabytes(process.pids()))
            _ask(client, ["/readyz"])
            runs.used.append(_megabytes(process.pids()))
        finally:
            process.kill()


def _wait(client: httpx.Client, paths: Iterable[str]) -> None:
    deadline = time.monotonic() + 60
    for path in paths:
        while not _is_ready(client, path):
            assert time.monotonic() < deadline, f"{path} has not answered 200 in 60 s"
            time.sleep(0.01)


def _is_ready(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx.HTTPError:
        return False


def _ask(client: httpx.Client, paths: Iterable[str]) -> None:
    asked = list(paths)
    for number in range(REQUESTS):
        client.get(asked[number % len(asked)]).raise_for_status()


def _megabytes(pids: Iterable[int]) -> float:
    """The proportional set size of the processes: memory that is shared is shared out."""
    kilobytes = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
        kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024

"""Servers for measuring: PostgreSQL, gunicorn as deployed, and wrk as the load."""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import randrange

import httpx

from tests.support.ports import HOST, free_port
from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer
from tests.support.served import serve

WORKERS = 2
THREADS = 8
LUA = Path(__file__).parent / "load.lua"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A running server of the bench's own, with fsync and synchronous_commit on."""
    with closing(PostgresServer()) as server:
        server.start()
        yield server


@contextmanager
def rabbitmq() -> Iterator[RabbitServer]:
    """A running broker of the bench's own."""
    with closing(RabbitServer()) as server:
        server.start()
        yield server


@contextmanager
def gunicorn(
    app: str, variables: Mapping[str, str], folder: Path, *, ready: str, is_limit: bool = False
) -> Iterator[str]:
    """Serve an app as the services are deployed; its address once `ready` answers.

    is_limit: with gunicorn's own threads (docs/decisions/0030).
    """
    port = free_port()
    process = serve(
        app,
        *(["--worker-class", "gthread"] if is_limit else []),
        port=port,
        workers=WORKERS,
        threads=THREADS,
        folder=folder,
        variables=variables,
    )
    try:
        wait_for(f"http://{HOST}:{port}{ready}")
        yield f"http://{HOST}:{port}"
    finally:
        process.kill()


def wait_for(url: str, *, seconds: float = 60) -> None:
    """Until the address answers 200. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"{url} does not answer")


@dataclass(frozen=True)
class Measured:
    """One run of the load. p50, p99: milliseconds. errors: answers but 2xx, and lost ones."""

    per_second: float
    p50: float
    p99: float
    errors: int


def load(
    address: str,
    *,
    clients: int,
    seconds: int,
    paths: Path | None = None,
    hot: bool = False,
    pause_ms: int = 0,
) -> Measured:
    """Run wrk: registrations at `paths`, or GETs of the address.

    pause_ms: what each client of registrations waits before each request, on average.
    """
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    variables = dict(os.environ)
    if paths is not None:
        command += ["-s", str(LUA)]
        variables |= {"PATHS": str(paths), "HOT": str(int(hot)), "SALT": str(randrange(10**6))}
        variables |= {"PAUSE_MS": str(pause_ms)}
    done = subprocess.run(
        [*command, address], env=variables, capture_output=True, text=True, check=True
    )
    return _read(done.stdout)


def _read(said: str) -> Measured:
    def latency(share: str) -> float:
        found = re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", said)
        return float(found[1]) * UNITS[found[2]] if found else 0.0

    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    bad = re.findall(r"Non-2xx or 3xx responses: (\d+)", said)
    for lost in re.findall(r"Socket errors: (.+)", said):
        bad += re.findall(r"\d+", lost)
    return Measured(
        per_second=float(rate[1]) if rate else 0.0,
        p50=latency("50"),
        p99=latency("99"),
        errors=sum(map(int, bad)),
    )

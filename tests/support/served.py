"""gunicorn with any app, by the configuration that the services are deployed with."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.guarded import GuardedProcess
from tests.support.ports import HOST
from tests.support.running import ROOT, environment_of


def serve(
    app: str,
    *options: str,
    port: int,
    workers: int,
    threads: int,
    folder: Path,
    variables: Mapping[str, str] | None = None,
) -> GuardedProcess:
    """Start it at the port. options: more of gunicorn's. folder: for its log."""
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.py"]
    command += ["--bind", f"{HOST}:{port}", "--workers", str(workers), "--threads", str(threads)]
    return GuardedProcess(
        [*command, *options, app],
        environment=environment_of({}) | dict(variables or {}),
        folder=ROOT,
        log=folder / f"web-{port}.log",
        scratch=folder,
    )

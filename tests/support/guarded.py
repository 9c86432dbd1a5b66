"""A program under guard: it, and all that it started, ends with the tests."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support import guard
from tests.support.programs import ProgramFailed, identity


class GuardedProcess:
    """One run of a program. Its output goes to the log; a second run is a second object."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        user: str | None = None,
        last_signal: signal.Signals = signal.SIGTERM,
        scratch: Path | None = None,
    ) -> None:
        """Start it at once.

        last_signal: what it gets, three seconds before SIGKILL, if the tests' process dies.
        scratch: a folder to remove in that case.
        """
        order = {
            "command": [str(part) for part in command],
            "environment": dict(environment),
            "folder": str(folder),
            "identity": identity(user),
            "last_signal": int(last_signal),
            "scratch": str(scratch) if scratch else None,
        }
        self.log = log
        with log.open("ab") as output:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, json.dumps(order)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
            )
        assert self._guard.stdout is not None
        first_line = self._guard.stdout.readline()
        if not first_line:
            self.kill()
            raise ProgramFailed(f"{command[0]} could not be run. {self.last_words()}")
        self.pid = int(first_line)

    @property
    def is_running(self) -> bool:
        return self._guard.poll() is None

    def pids(self) -> list[int]:
        """The program and everything that it started and that still runs."""
        return guard.descendants(self._guard.pid) if self.is_running else []

    def send(self, number: signal.Signals) -> None:
        """Signal the program alone. Nothing happens if it has ended."""
        if self.pid in self.pids():
            os.kill(self.pid, number)

    def wait(self, timeout_seconds: float) -> None:
        """Wait for the program and everything that it started to end.

        Raises ProgramFailed when it has not.
        """
        try:
            self._guard.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            raise ProgramFailed(
                f"Process {self.pid} has not ended in {timeout_seconds:g} s. {self.last_words()}"
            ) from None
        self._close()

    def kill(self) -> None:
        """SIGKILL the program and everything that it started."""
        while self.is_running:
            guard.kill_descendants(self._guard.pid)
            try:
                self._guard.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        self._close()

    def last_words(self, lines: int = 8) -> str:
        text = self.log.read_text(errors="replace").strip().splitlines()
        return "Its log ends: " + " / ".join(text[-lines:]) if text else "Its log is empty."

    def _close(self) -> None:
        for pipe in (self._guard.stdin, self._guard.stdout):
            if pipe is not None:
                pipe.close()

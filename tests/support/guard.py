"""Runs one program and ends with it everything that it started, come what may.

`python guard.py '{"command": […], …}'` runs the command in a session of its own and adopts
whatever the command leaves behind (daemons included). When the command ends, or when
standard input closes because the tests' process is gone however it went, nothing that the
command started is alive. Needs only the standard library and /proc.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 3.0


def descendants(root: int) -> list[int]:
    """Process ids below this one, parents first. Without /proc: none."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if state != "Z":
            children.setdefault(int(parent), []).append(int(entry.name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.extend(below)
        waiting.extend(below)
    return found


def kill_descendants(root: int) -> None:
    """SIGKILL everything below root, again and again until nothing is left."""
    while pids := descendants(root):
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.01)


def _end_gently(child: subprocess.Popen[bytes], last_signal: int) -> None:
    if child.poll() is None:
        child.send_signal(last_signal)
        try:
            child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


def _reap() -> None:
    """Wait until all that we adopted is gone with all its threads, and so its sockets."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _wait_for_either(child: subprocess.Popen[bytes]) -> bool:
    """True once the child has ended, False when our starter has gone first."""
    exit_notice = os.pidfd_open(child.pid)
    readable, _, _ = select.select([exit_notice, sys.stdin.fileno()], [], [])
    os.close(exit_notice)
    return exit_notice in readable


def main(order: str) -> int:
    wanted = json.loads(order)
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # A handler, not SIG_IGN: the command would inherit that, and could not be stopped.
    for unheeded in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(unheeded, lambda _number, _frame: None)
    child = subprocess.Popen(
        wanted["command"],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        cwd=wanted["folder"],
        env=wanted["environment"],
        start_new_session=True,
        **wanted["identity"],
    )
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    ended_by_itself = _wait_for_either(child)
    if not ended_by_itself:
        _end_gently(child, wanted["last_signal"])
    kill_descendants(os.getpid())
    code = abs(child.wait())
    _reap()
    if not ended_by_itself and wanted["scratch"]:
        shutil.rmtree(wanted["scratch"], ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

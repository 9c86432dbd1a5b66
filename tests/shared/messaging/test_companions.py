"""Processes beside a worker's own: they end with it, and it ends without them."""

import os
import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import os, sys, time
from shared.database import Database
from shared.messaging import crew, topology, worker
from shared.messaging.companions import Companion

url, broker, file, hangs = sys.argv[1:]
crew.SILENT_SECONDS = 1.0 if hangs == "hangs" else 60.0

def help(pulse):
    with open(file, "w") as out:
        out.write(f"{os.getpid()}\\n")
    while not pulse.is_stopping:
        pulse.wait(60 if hangs == "hangs" else 0.1)
        if hangs == "hangs":
            time.sleep(60)
    with open(file, "a") as out:
        out.write("finished\\n")

topology.declare(broker)
made = worker.Worker("events", Database(url), broker, {})
made.companions = [Companion("helping", lambda: [crew.Loop("helping", help)])]
raise SystemExit(worker.run_until_stopped(made))
"""
SECONDS = 30


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def start(tmp_path):
    file, started = tmp_path / "companion", []

    def begin(how="helps"):
        urls = [f"sqlite:///{tmp_path}/events.sqlite", f"embedded://{tmp_path}/broker.sqlite"]
        command = [sys.executable, "-c", SCRIPT, *urls, str(file), how]
        started.append(subprocess.Popen(command, start_new_session=True))
        wait_until(lambda: file.exists() and file.read_text())
        return started[-1], int(file.read_text().split()[0]), file

    yield begin
    for each in started:
        if each.poll() is None:
            os.killpg(each.pid, signal.SIGKILL)
        each.wait(SECONDS)


def test_both_stop_when_the_worker_is_asked_to(start):
    worker, companion, file = start()

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(SECONDS) == 0
    assert not is_alive(companion)
    assert "finished" in file.read_text()


def test_a_companion_whose_worker_was_killed_finishes_and_ends(start):
    worker, companion, file = start()

    worker.kill()

    wait_until(lambda: not is_alive(companion))
    assert "finished" in file.read_text()


def test_a_worker_whose_companion_was_killed_ends_for_its_supervisor(start):
    worker, companion, _ = start()

    os.kill(companion, signal.SIGKILL)

    assert worker.wait(SECONDS) == 1


def test_a_companion_that_hangs_ends_and_the_worker_with_it(start):
    worker, companion, _ = start("hangs")

    assert worker.wait(SECONDS) == 1
    assert not is_alive(companion)

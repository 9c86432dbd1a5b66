"""gunicorn with our worker, as it is deployed, over real connections."""

import os
import signal
import socket
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from tests.support import small_app
from tests.support.ports import HOST, free_port, is_listening
from tests.support.running import eventually
from tests.support.served import serve


@contextmanager
def serving(folder, *options, workers=2, threads=4):
    """The server's port and process."""
    port = free_port()
    process = serve(
        "tests.support.small_app:app",
        *options,
        port=port,
        workers=workers,
        threads=threads,
        folder=folder,
    )
    try:
        eventually(lambda: is_listening(port))
        eventually(lambda: len(pids_of(port, 20)) == workers)
        yield port, process
    finally:
        process.kill()


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("serving")) as (port, _):
        yield port


@contextmanager
def opened(port, count):
    """So many connections, opened at once."""
    with ExitStack() as stack:
        connections = [
            stack.enter_context(closing(HTTPConnection(HOST, port, timeout=20)))
            for _ in range(count)
        ]
        for each in connections:
            each.connect()
        yield connections


def got(connection, path="/"):
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def pids_of(port, count):
    """How many of so many connections, opened at once, each worker has."""
    with opened(port, count) as connections:
        return Counter(int(got(each)[1]) for each in connections)


def sent(port, text):
    connection = socket.create_connection((HOST, port), timeout=20)
    connection.sendall(text.replace("\n", "\r\n").encode())
    return connection


def read_until(connection, end):
    found = b""
    while not found.endswith(end):
        more = connection.recv(65536)
        assert more, f"closed after {found!r}"
        found += more
    return found


def test_connections_at_once_are_spread_over_the_workers(port):
    for _ in range(5):
        found = pids_of(port, 40)
        assert sum(found.values()) == 40
        assert len(found) == 2
        assert min(found.values()) >= 10


def test_a_connection_takes_one_request_after_another(port):
    with opened(port, 1) as [connection]:
        assert len({got(connection) for _ in range(50)}) == 1
        assert got(connection, "/file") == (200, Path(small_app.__file__).read_bytes())
        assert got(connection, "/empty") == (204, b"")
        assert got(connection)[0] == 200


def test_head_and_body_come_in_one_packet(port):
    with sent(port, "GET / HTTP/1.1\nHost: x\n\n") as connection:
        head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert body.isdigit()


def test_a_head_without_a_body_comes(port):
    for asked, status in (("HEAD /", b"200"), ("GET /empty", b"204")):
        with sent(port, f"{asked} HTTP/1.1\nHost: x\n\n") as connection:
            assert read_until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 " + status)


def test_two_requests_in_one_packet_have_two_answers(port):
    text = "GET /empty HTTP/1.1\nHost: x\n\n"
    with sent(port, text + text) as connection:
        found = b""
        while found.count(b"\r\n\r\n") < 2:
            found += connection.recv(65536)
        assert found.count(b"204 No Content") == 2


def test_who_asks_before_sending_a_body_is_answered_first(port):
    head = "POST /echo HTTP/1.1\nHost: x\nContent-Length: 3\nExpect: 100-continue\n\n"
    with sent(port, head) as connection:
        assert read_until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        connection.sendall(b"abc")
        assert read_until(connection, b"\r\n\r\nabc").startswith(b"HTTP/1.1 200")


def test_what_comes_bit_by_bit_is_not_held_back(port):
    with sent(port, "GET /bit-by-bit HTTP/1.1\nHost: x\n\n") as connection:
        assert read_until(connection, b"\r\n\r\none")
        assert read_until(connection, b"two") == b"two"


def test_what_is_no_request_is_told_so(port):
    with sent(port, "what\n\n") as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")


def test_requests_that_fail_leave_all_threads_at_work(port):
    for _ in range(20):
        with sent(port, "GET /failing HTTP/1.1\nHost: x\n\n") as connection:
            assert connection.recv(65536).startswith(b"HTTP/1.1 500")
    assert len(pids_of(port, 40)) == 2


def test_more_at_once_than_threads_are_all_answered(port):
    with opened(port, 20) as connections:
        for each in connections:
            each.request("GET", "/slow")
        assert {each.getresponse().status for each in connections} == {200}


def test_who_connects_and_says_nothing_keeps_no_thread(port):
    with opened(port, 30):
        assert len(pids_of(port, 10)) == 2


def test_nobody_is_believed_that_they_came_by_https(port):
    with opened(port, 1) as [connection]:
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "SCRIPT_NAME": "/other"}
        connection.request("GET", "/scheme", headers=headers)
        assert connection.getresponse().read() == b"http"


def test_idle_connections_are_closed_in_time(tmp_path):
    with serving(tmp_path, "--keep-alive", "1", workers=1) as (port, _), opened(port, 1) as [kept]:
        assert got(kept)[0] == 200
        assert kept.sock.recv(1) == b""


def test_a_worker_that_stops_answers_what_it_was_asked(tmp_path):
    answers = []
    with serving(tmp_path) as (port, process), opened(port, 8) as [kept, *busy]:
        assert got(kept)[0] == 200
        threads = [
            Thread(target=lambda each=each: answers.append(got(each, "/slow"))) for each in busy
        ]
        for each in threads:
            each.start()
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGTERM)
        answers.append(got(kept))
        for each in threads:
            each.join()
        assert [status for status, _ in answers] == [200] * 8
        eventually(lambda: not process.is_running)
    assert "Error" not in (tmp_path / f"web-{port}.log").read_text()


def test_a_worker_that_dies_is_waited_for_by_nobody(tmp_path):
    with serving(tmp_path) as (port, _), opened(port, 10) as held:
        dead, other = pids_of(port, 40)
        assert {got(each)[0] for each in held} == {200}
        os.kill(dead, signal.SIGKILL)
        eventually(lambda: len(pids_of(port, 40)) == 2 and dead not in pids_of(port, 10))
        assert other in pids_of(port, 40)

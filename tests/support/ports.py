"""Spare TCP ports on the loopback address."""

import os
import socket

HOST = "127.0.0.1"
# Which of how many processes of one run of the tests this is: none lends another's ports.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))

# Recently lent ports: a port closed a moment ago may be offered again before its
# borrower has bound it.
_lent: set[int] = set()


def free_port() -> int:
    """Find a port that nothing listens on and that this process has not lent before."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        # Halved: systems offer ports of one parity first.
        if port // 2 % _WORKERS == _WORKER and port not in _lent:
            _lent.add(port)
            return port


def is_listening(port: int, *, timeout_seconds: float = 0.5) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(timeout_seconds)
        return probe.connect_ex((HOST, port)) == 0

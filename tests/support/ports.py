"""Spare TCP ports on the loopback address."""

import socket

HOST = "127.0.0.1"

# Recently lent ports: a port closed a moment ago may be offered again before its
# borrower has bound it.
_lent: set[int] = set()


def free_port() -> int:
    """Find a port that nothing listens on and that this process has not lent before."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port not in _lent:
            _lent.add(port)
            return port


def is_listening(port: int, *, timeout_seconds: float = 0.5) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(timeout_seconds)
        return probe.connect_ex((HOST, port)) == 0

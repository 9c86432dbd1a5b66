"""Connections that go to an address which was looked at, and end at a deadline.

A name is resolved once, and each of its addresses must be one that may be reached.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import httpcore2

Look = Callable[[str], bool]


class Refused(OSError):
    """The address is not one to post to."""


class _Timed(httpcore2.NetworkStream):
    """A connection that ends at a deadline, not only when it is silent."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: float):
        self._inner = inner
        self._deadline = deadline

    def _left(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("it took too long")
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Timed(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Pinned(httpcore2.NetworkBackend):
    """Connects to an address that was looked at; the certificate is checked for the name."""

    def __init__(self, may_reach: Look, deadline: float):
        self._inner = httpcore2.SyncBackend()
        self._may_reach = may_reach
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        address = pinned_address(host, port, self._may_reach)
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore2.ConnectTimeout("its name took too long to find")
        wait = left if timeout is None else min(timeout, left)
        stream = self._inner.connect_tcp(address, port, wait, local_address, socket_options)
        return _Timed(stream, self._deadline)


@cache
def tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than most posts."""
    return ssl.create_default_context()


def pinned_address(host: str, port: int, may_reach: Look) -> str:
    """The one address to connect to. Raises Refused where any of the name's leads inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("its name is not found") from error
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(map(may_reach, addresses)):
        raise Refused("it is not on the open internet")
    return addresses[0]

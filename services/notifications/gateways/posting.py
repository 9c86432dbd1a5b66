"""Posting to strangers' servers over HTTP without being led inside (OWASP: SSRF).

A name is resolved once, each of its addresses must be one of the open internet, and the
connection goes to the address that was looked at. No redirect is followed, no proxy asked, and an
attempt ends after a fixed time, however slowly the other side speaks.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore2

from shared.foundation.addresses import is_loopback, is_open_internet

TOTAL_SECONDS: Final = 15.0
KEPT_ANSWER_BYTES: Final = 1024
Look = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What came of a post. status: HTTP's; None: none came, and detail says why."""

    status: int | None
    duration_ms: int
    answer: str = ""
    detail: str = ""
    retry_after_seconds: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300


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


class _Pinned(httpcore2.NetworkBackend):
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
def _tls() -> ssl.SSLContext:
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


@dataclass(frozen=True)
class Poster:
    """Posts webhooks. to_loopback: this machine itself may be posted to, by http too."""

    to_loopback: bool = False
    total_seconds: float = TOTAL_SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """One attempt; whatever goes wrong is told in the answer."""
        began = time.monotonic()
        try:
            status, answer, retry_after = self._post(url, body, headers, began)
        except httpcore2.TimeoutException:
            return Posted(status=None, duration_ms=_since(began), detail="it took too long")
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError, ValueError) as error:
            detail = str(error) or type(error).__name__
            return Posted(status=None, duration_ms=_since(began), detail=detail[:300])
        return Posted(
            status=status,
            duration_ms=_since(began),
            answer=answer.decode("utf-8", "replace").replace("\x00", ""),
            detail="" if 200 <= status < 300 else f"HTTP {status}",
            retry_after_seconds=retry_after,
        )

    def _may_reach(self, address: str) -> bool:
        return is_open_internet(address) or (self.to_loopback and is_loopback(address))

    def _only_loopback(self, address: str) -> bool:
        return self.to_loopback and is_loopback(address)

    def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], began: float
    ) -> tuple[int, bytes, int]:
        is_plain = urlsplit(url).scheme != "https"
        may_reach = self._only_loopback if is_plain else self._may_reach
        backend = _Pinned(may_reach, began + self.total_seconds)
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self.total_seconds)
        with (
            httpcore2.ConnectionPool(ssl_context=_tls(), network_backend=backend) as pool,
            pool.stream(
                "POST", url, headers=sent, content=body, extensions={"timeout": limits}
            ) as got,
        ):
            answer = b""
            for part in got.iter_stream():
                answer += part
                if len(answer) >= KEPT_ANSWER_BYTES:
                    break
            found = dict(got.headers)
        after = found.get(b"Retry-After") or found.get(b"retry-after") or b""
        return got.status, answer[:KEPT_ANSWER_BYTES], int(after) if after.isdigit() else 0


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)

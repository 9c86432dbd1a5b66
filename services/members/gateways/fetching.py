"""Asking strangers' servers over HTTP without being led inside (OWASP: SSRF).

A name is resolved once, each of its addresses must be one of the open internet, and the
connection goes to the address that was looked at. No redirect is followed, no proxy asked, and
no answer read beyond its bound.
"""

import socket
from collections.abc import Iterator
from typing import Final

import httpx2

from services.members.gateways.failures import ProviderUnreachable
from shared.foundation.addresses import is_open_internet
from shared.foundation.sentences import said

LARGEST_ANSWER_BYTES: Final = 512 * 1024
TIMEOUT_SECONDS: Final = 5.0


def pinned_address(host: str, port: int, *, may_be_private: bool) -> str:
    """The one address to connect to. Raises ProviderUnreachable for a name that leads inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ProviderUnreachable(said("%(host)s is not found.", host=host)) from error
    addresses = [str(each[4][0]) for each in found]
    if not may_be_private and not all(map(is_open_internet, addresses)):
        raise ProviderUnreachable(said("%(host)s is not on the open internet.", host=host))
    return addresses[0]


class _Bounded(httpx2.SyncByteStream):
    """A body that ends with a failure where it grows too large."""

    def __init__(self, inner: httpx2.SyncByteStream):
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._inner:
            size += len(part)
            if size > LARGEST_ANSWER_BYTES:
                raise ProviderUnreachable("The provider's answer is too large.")
            yield part

    def close(self) -> None:
        self._inner.close()


class PinnedTransport(httpx2.HTTPTransport):
    """Connects to the address that was looked at; the certificate is checked for the name."""

    def __init__(self, *, may_be_private: bool):
        super().__init__(trust_env=False)
        self._may_be_private = may_be_private

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        if url.scheme != "https" and not self._may_be_private:
            raise ProviderUnreachable("A provider is asked by https only.")
        port = url.port or (443 if url.scheme == "https" else 80)
        address = pinned_address(url.host, port, may_be_private=self._may_be_private)
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        request.url = url.copy_with(host=address)
        try:
            response = super().handle_request(request)
        finally:
            request.url = url
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Bounded(response.stream)
        return response

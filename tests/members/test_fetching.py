"""Asking strangers' servers: never led inside, never flooded."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx2
import pytest

from services.members.gateways import fetching
from services.members.gateways.failures import ProviderUnreachable
from services.members.gateways.fetching import PinnedTransport
from shared.foundation.addresses import is_open_internet

INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::"),
    *("fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
    *("2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe", "64:ff9b:1::7f00:1", "64:ff9b::7f00:1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_the_open_internet(address):
    assert not is_open_internet(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8"])
def test_an_open_address_is(address):
    assert is_open_internet(address)


@pytest.fixture
def resolve(monkeypatch):
    """Let names lead to these addresses; which were connected to."""
    connected = []

    def resolve(*addresses):
        def found(host, port, **_):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

        monkeypatch.setattr(fetching.socket, "getaddrinfo", found)

        def connect(self, request):
            connected.append((request.url.host, request.headers["Host"], request.extensions))
            return httpx2.Response(200, json={})

        monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", connect)
        return connected

    return resolve


def ask(url, *, may_be_private=False):
    with httpx2.Client(transport=PinnedTransport(may_be_private=may_be_private)) as client:
        return client.get(url)


def test_the_connection_goes_to_the_address_that_was_looked_at(resolve):
    connected = resolve("93.184.215.14")

    ask("https://login.example.org/")

    host, named, extensions = connected[0]
    assert (host, named) == ("93.184.215.14", "login.example.org")
    assert extensions["sni_hostname"] == "login.example.org"


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"]], ids=str)
def test_a_name_that_leads_inside_is_not_gone_to(resolve, addresses):
    connected = resolve(*addresses)

    with pytest.raises(ProviderUnreachable):
        ask("https://login.example.org/")
    assert connected == []


@pytest.mark.parametrize(
    "url", ["https://127.1/", "https://0x7f000001/", "https://[::1]/", "https://2130706433/"]
)
def test_however_loopback_is_written_it_is_not_gone_to(url):
    with pytest.raises(ProviderUnreachable):
        ask(url)


def test_plain_http_is_not_spoken(resolve):
    resolve("93.184.215.14")

    with pytest.raises(ProviderUnreachable):
        ask("http://login.example.org/")


class Stranger(BaseHTTPRequestHandler):
    """Redirects from /away, and floods elsewhere."""

    def do_GET(self):
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (fetching.LARGEST_ANSWER_BYTES + 1))

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def stranger():
    server = HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_redirect_is_not_followed(stranger):
    assert ask(f"{stranger}/away", may_be_private=True).status_code == 302


def test_an_answer_too_large_is_not_read_to_its_end(stranger):
    with pytest.raises(ProviderUnreachable):
        ask(f"{stranger}/flood", may_be_private=True)

"""Posting to strangers' servers: never led inside, never held up, never flooded."""

import socket
import time

import pytest

from services.notifications.actions.hooking import require_good_url
from services.notifications.gateways.posting import Poster
from shared.foundation.failures import Invalid
from tests.notifications.receiver import answering, dripping, flooding, receiving

HERE = Poster(to_loopback=True, total_seconds=5.0)
INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1"),
    *("::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::"),
]


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


def post(url, poster=HERE):
    return poster.post(url, b"{}", {"webhook-id": "1"})


def test_a_post_is_answered_with_status_time_and_the_answers_beginning(receiver):
    posted = post(receiver.url)

    assert posted.is_success
    assert (posted.status, posted.answer, posted.detail) == (200, "thanks", "")
    assert receiver.got[0][1] == b"{}"


def test_a_redirect_is_a_failure_and_is_not_followed(receiver):
    receiver.answer = answering(302, Location=receiver.url)

    posted = post(receiver.url)

    assert not posted.is_success
    assert posted.status == 302
    assert len(receiver.got) == 1


def test_an_endless_answer_is_read_up_to_its_bound(receiver):
    receiver.answer = flooding

    posted = post(receiver.url)

    assert posted.is_success
    assert len(posted.answer) == 1024


def test_a_server_that_drips_headers_is_left_when_the_time_is_over(receiver):
    receiver.answer = dripping
    began = time.monotonic()

    posted = post(receiver.url, Poster(to_loopback=True, total_seconds=0.5))

    assert posted.status is None
    assert posted.detail == "it took too long"
    assert time.monotonic() - began < 3


def test_a_server_that_is_silent_is_left_when_the_time_is_over(receiver):
    receiver.answer = lambda _: time.sleep(2)

    posted = post(receiver.url, Poster(to_loopback=True, total_seconds=0.3))

    assert (posted.status, posted.detail) == (None, "it took too long")


def test_a_dead_server_is_a_failure_with_a_reason():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    posted = post(f"http://127.0.0.1:{port}/")

    assert posted.status is None
    assert "refused" in posted.detail


@pytest.mark.parametrize("address", INSIDE)
def test_no_name_leads_inside(monkeypatch, address):
    asked = []

    def found(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", None)

    posted = post("https://hooks.people.example/", Poster())

    assert posted.status is None
    assert posted.detail == "it is not on the open internet"
    assert asked == ["hooks.people.example"]


def test_a_name_with_one_address_inside_is_refused(monkeypatch):
    addresses = ["93.184.215.14", "10.0.0.1"]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda _, port, **__: [(2, 1, 6, "", (each, port)) for each in addresses],
    )

    assert (
        post("https://hooks.people.example/", Poster()).detail == "it is not on the open internet"
    )


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A name that leads elsewhere the second time (DNS rebinding) is not asked a second time."""
    answers = iter(["93.184.215.14", "127.0.0.1"])
    connected = []

    def connect(address, *_, **__):
        connected.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, port, **__: [(2, 1, 6, "", (next(answers), port))]
    )
    monkeypatch.setattr(socket, "create_connection", connect)

    post("https://hooks.people.example/", Poster())

    assert connected == [("93.184.215.14", 443)]


def test_plain_http_goes_to_loopback_alone(monkeypatch):
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, port, **__: [(2, 1, 6, "", ("93.184.215.14", port))]
    )

    assert post("http://hooks.people.example/").detail == "it is not on the open internet"


BAD = [
    *("http://hooks.people.example/", "ftp://hooks.people.example/", "hooks.people.example"),
    *("https://127.0.0.1/", "https://127.1/", "https://[::1]/", "https://169.254.169.254/"),
    *("https://localhost/", "https://0x7f000001/", "https://2130706433/", "https://a.local/"),
    *("https://[::ffff:127.0.0.1]/", "https://me:x@people.example/", "https://people.example/#a"),
    *("https://people.example:99999/", "https://", "https://[::1", "https://10.0.0.1:8443/a"),
]


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_is_never_posted_to_is_refused_when_it_is_written(url):
    with pytest.raises(Invalid) as refused:
        require_good_url(url, to_loopback=False)

    assert refused.value.faults[0].pointer == "/url"


@pytest.mark.parametrize("url", ["https://hooks.people.example/a?b=c", "https://8.8.8.8:8443/"])
def test_a_good_address_is_taken(url):
    require_good_url(url, to_loopback=False)


def test_this_machine_is_taken_only_where_a_setting_says_so():
    require_good_url("http://127.0.0.1:9000/hooks", to_loopback=True)

    with pytest.raises(Invalid):
        require_good_url("http://10.0.0.1:9000/hooks", to_loopback=True)

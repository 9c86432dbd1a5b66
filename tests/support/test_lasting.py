"""Tokens of long runs are renewed in time, and only those that would expire."""

from types import SimpleNamespace

import httpx
import pytest

from tests.support import lasting
from tests.support.lasting import MARGIN_SECONDS, SIGN_IN, Lasting

SECONDS = 600


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(lasting, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.fixture
def asked():
    return []


@pytest.fixture
def client(asked, clock):
    def answer(request):
        asked.append((request.url.path, request.headers.get("Authorization")))
        if request.url.path == SIGN_IN:
            return httpx.Response(200, json={"access_token": "second", "expires_in": SECONDS})
        return httpx.Response(200)

    auth = Lasting()
    auth.remember(
        {"access_token": "first", "expires_in": SECONDS}, email="a@x.example", password="p"
    )
    with httpx.Client(
        base_url="http://plenary.test", transport=httpx.MockTransport(answer), auth=auth
    ) as client:
        yield client


def test_a_token_that_is_good_is_left_as_it_is(client, asked):
    client.get("/inbox", headers={"Authorization": "Bearer first"})

    assert asked == [("/inbox", "Bearer first")]


def test_one_that_is_about_to_expire_is_renewed_once(client, asked, clock):
    clock[0] += SECONDS - MARGIN_SECONDS + 1
    for _ in range(2):
        client.get("/inbox", headers={"Authorization": "Bearer first"})

    assert asked == [(SIGN_IN, None), ("/inbox", "Bearer second"), ("/inbox", "Bearer second")]


def test_others_tokens_are_not_touched(client, asked, clock):
    clock[0] += 10 * SECONDS
    client.get("/inbox", headers={"Authorization": "Bearer link"})
    client.get("/inbox")

    assert asked == [("/inbox", "Bearer link"), ("/inbox", None)]

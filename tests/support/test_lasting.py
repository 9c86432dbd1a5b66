"""Tokens of long runs are renewed in time, and only those that would expire."""

from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest

from tests.support import lasting
from tests.support.lasting import MARGIN_SECONDS, SIGN_IN, Lasting

SECONDS = 600
Asked = list[tuple[str, str | None]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(lasting, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.fixture
def asked() -> Asked:
    return []


@pytest.fixture
def client(asked: Asked, clock: list[float]) -> Iterator[httpx.Client]:
    def answer(request: httpx.Request) -> httpx.Response:
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


def test_a_token_that_is_good_is_left_as_it_is(client: httpx.Client, asked: Asked) -> None:
    client.get("/inbox", headers={"Authorization": "Bearer first"})

    assert asked == [("/inbox", "Bearer first")]


def test_one_that_is_about_to_expire_is_renewed_once(
    client: httpx.Client, asked: Asked, clock: list[float]
) -> None:
    clock[0] += SECONDS - MARGIN_SECONDS + 1
    for _ in range(2):
        client.get("/inbox", headers={"Authorization": "Bearer first"})

    assert asked == [(SIGN_IN, None), ("/inbox", "Bearer second"), ("/inbox", "Bearer second")]


def test_others_tokens_are_not_touched(
    client: httpx.Client, asked: Asked, clock: list[float]
) -> None:
    clock[0] += 10 * SECONDS
    client.get("/inbox", headers={"Authorization": "Bearer link"})
    client.get("/inbox")

    assert asked == [("/inbox", "Bearer link"), ("/inbox", None)]

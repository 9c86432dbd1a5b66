"""People who stay signed in for as long as a run takes: an access token is good for ten minutes."""

import time
from collections.abc import Generator
from typing import Any

import httpx

SIGN_IN = "/members/api/v1/sign-in"
MARGIN_SECONDS = 60.0


class Lasting(httpx.Auth):
    """Asks with a new token in place of one that is about to expire, of people whom it knows."""

    requires_response_body = True

    def __init__(self) -> None:
        self._people: dict[str, dict[str, str]] = {}
        self._newest: dict[str, tuple[str, float]] = {}

    def remember(self, signed_in: dict[str, Any], *, email: str, password: str) -> None:
        """signed_in: what signing in answered."""
        token = signed_in["access_token"]
        self._people[token] = {"email": email, "password": password}
        self._newest[token] = token, time.monotonic() + signed_in["expires_in"]

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """As httpx calls it."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if given in self._people:
            token, expires_at = self._newest[given]
            if time.monotonic() > expires_at - MARGIN_SECONDS:
                url = request.url.copy_with(raw_path=SIGN_IN.encode())
                answer = yield httpx.Request("POST", url, json=self._people[given])
                if answer.is_success:
                    renewed = answer.json()
                    token = renewed["access_token"]
                    self._newest[given] = token, time.monotonic() + renewed["expires_in"]
            request.headers["Authorization"] = f"Bearer {token}"
        yield request

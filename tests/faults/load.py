"""People who register and cancel all the time, and remember every answer they were given."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.support.running import Headers, Running

PASSWORD = "a password for faults"
OPERATOR = "operator@faults.example"
PAUSE_SECONDS = 0.02
GIVE_UP_SECONDS = 120.0


@dataclass
class Given:
    """One answer of 2xx: it must hold for ever. cancelled: a later answer said so."""

    id: str
    workshop_id: str
    name: str
    email: str
    state: str
    cancelled: bool = False


@dataclass
class Load:
    """Threads that register guests at a few workshops, and cancel some.

    Each write carries an Idempotency-Key and is asked again until it is answered.
    """

    plenary: Running
    seed: int
    people: int = 4
    given: dict[str, Given] = field(default_factory=dict)
    asked_again: int = 0
    refused: list[str] = field(default_factory=list)
    _headers: Headers = field(default_factory=dict)
    _workshops: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self) -> None:
        """An operator, a host, and workshops: two small ones, one large, one without a limit."""
        self._headers = self.plenary.make_operator(OPERATOR, "Olivia Peng", PASSWORD)
        host = self._must_post(
            "/members/api/v1/organisations",
            {"names": {"en": "The host"}, "kind": "alliance", "economy": "TW"},
        )
        for seats in (20, 60, 500, None):
            self._workshops.append(self._a_workshop(host["id"], seats))

    def _a_workshop(self, host_id: str, seats: int | None) -> str:
        starts_at = datetime.now(UTC) + timedelta(days=40)
        body = {
            "titles": {"en": f"Workshop of {seats}"},
            "host_id": host_id,
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
            "time_zone": "Asia/Taipei",
            "venue": {"mode": "online"},
            "capacity": seats,
        }
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            answer = self._post("/events/api/v1/workshops", body, signed_in=True)
            if answer.status_code == 201 or time.monotonic() > deadline:
                break
            # events has not heard of the host yet.
            time.sleep(0.1)
        workshop_id: str = answer.json()["id"]
        self._must_post(f"/events/api/v1/workshops/{workshop_id}/publish", {})
        return workshop_id

    def _must_post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._post(path, body, signed_in=True)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def start(self) -> None:
        """Begin; returns at once."""
        for number in range(self.people):
            chance = random.Random(f"{self.seed}-{number}")
            thread = threading.Thread(target=self._live, args=(chance,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End once each open question is answered."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(GIVE_UP_SECONDS)

    def _live(self, chance: random.Random) -> None:
        mine: list[Given] = []
        while not self._stopping.is_set():
            if mine and chance.random() < 0.2:
                self._cancel(mine.pop(chance.randrange(len(mine))))
            else:
                found = self._register(chance.choice(self._workshops))
                if found is not None:
                    mine.append(found)
            time.sleep(PAUSE_SECONDS)

    def _register(self, workshop_id: str) -> Given | None:
        name = f"Guest {uuid4().hex[:12]}"
        email = f"{name.split()[1]}@guests.example"
        body = {"name": name, "email": email}
        answer = self._post(f"/events/api/v1/workshops/{workshop_id}/registrations", body)
        if answer.status_code not in (200, 201):
            self.refused.append(f"{answer.status_code} {answer.text[:200]}")
            return None
        found = answer.json()
        given = Given(found["id"], workshop_id, name, email, found["state"])
        with self._lock:
            self.given[given.id] = given
        return given

    def _cancel(self, given: Given) -> None:
        path = f"/events/api/v1/registrations/{given.id}/cancel"
        answer = self._post(path, {"reason": "ill"}, signed_in=True)
        if answer.is_success:
            given.cancelled = True
        else:
            self.refused.append(f"{answer.status_code} {answer.text[:200]}")

    def _post(self, path: str, body: dict[str, Any], *, signed_in: bool = False) -> httpx.Response:
        key = uuid4().hex
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            headers = {"Idempotency-Key": key} | (self._headers if signed_in else {})
            try:
                answer = self.plenary.api.post(path, json=body, headers=headers, timeout=20)
                if answer.status_code == 401 and signed_in:
                    self._sign_in()
                elif (answer.status_code < 500 and answer.status_code not in (409, 429)) or (
                    answer.status_code == 409 and "running" not in answer.text
                ):
                    return answer
            except httpx.HTTPError:
                pass
            if time.monotonic() > deadline:
                raise AssertionError(f"{path} was not answered for {GIVE_UP_SECONDS} s")
            self.asked_again += 1
            time.sleep(0.05)

    def _sign_in(self) -> None:
        answer = self.plenary.api.post(
            "/members/api/v1/sign-in", json={"email": OPERATOR, "password": PASSWORD}
        )
        if answer.is_success:
            self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

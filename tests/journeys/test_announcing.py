"""An association tells thousands of people, the machine is lost midway, and the sum adds up."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.notifications.settings import NotificationsSettings
from tests.support.alliance import MEMBERS, NOTIFICATIONS, Alliance
from tests.support.running import Running, eventually
from tests.support.running_real import RealPlenary

PEOPLE, FEWER, EACH_BAD = 3_000, 300, 30
"""In embedded mode fewer; every 30th address is refused by its server, where there is one."""
MAILS_AT_ONCE = NotificationsSettings.mailers * NotificationsSettings.mails_at_once
SECONDS = 300
SUBJECT = "Net-zero week"


def addresses(plenary: Running) -> list[str]:
    if not isinstance(plenary, RealPlenary):
        return [f"crowd{n}@crowd.example" for n in range(FEWER)]
    return [f"{'crowd' if n % EACH_BAD else 'bad'}{n}@crowd.example" for n in range(PEOPLE)]


@pytest.fixture(scope="module")
def crowd(plenary: Running, alliance: Alliance) -> list[str]:
    """The addresses of people who work at an association of their own."""
    alliance.organisation("crowd", {"en": "Crowd Association"}, "association")
    alliance.belongs("crowd", "alliance")
    text = io.StringIO()
    found = addresses(plenary)
    rows = [(f"Crowd Person{n}", each) for n, each in enumerate(found)]
    csv.writer(text).writerows([("Name", "Email"), *rows])
    made = plenary.api.post(
        f"{MEMBERS}/imports",
        data={"kind": "people", "organisation_id": alliance.ids["crowd"]},
        files={"file": ("people.csv", text.getvalue().encode(), "text/csv")},
        headers=alliance.operator,
        timeout=60,
    ).raise_for_status()
    path = f"{MEMBERS}/imports/{made.json()['id']}"
    plenary.api.post(f"{path}/apply", json={}, headers=alliance.operator, timeout=60)
    eventually(
        lambda: alliance.get(path, by=alliance.operator)["state"] == "applied", seconds=SECONDS
    )
    return found


def announce(alliance: Alliance, people: int) -> str:
    """Written and approved once all are known; its path."""
    by = alliance.operator
    body = {
        "organisation_id": alliance.ids["crowd"],
        "category": "news",
        "subject": {"en": SUBJECT},
        "body": {"en": "Dear {{ person.name }}, join us."},
        "audience": {"organisation_id": alliance.ids["crowd"], "subtree": True},
        "channels": ["mail"],
    }
    path = f"{NOTIFICATIONS}/announcements"
    made = alliance.post(path, body, by=by)["id"]
    eventually(
        lambda: alliance.post(f"{path}/{made}/preview", by=by)["eligible"] == people,
        seconds=SECONDS,
    )
    alliance.post(f"{path}/{made}/approve", by=by)
    return f"{path}/{made}"


def counts_of(alliance: Alliance, path: str) -> dict[str, Any]:
    found: dict[str, Any] = alliance.get(f"{path}/proof", by=alliance.operator)["counts"]
    return found


@pytest.mark.long
@pytest.mark.timeout(600)
def test_everybody_is_told_once_though_the_machine_is_lost(plenary, alliance, crowd):
    bad = [each for each in crowd if each.startswith("bad")]
    good = [each for each in crowd if each not in set(bad)]
    with refusing(plenary, "^bad"):
        path = announce(alliance, len(crowd))
        eventually(lambda: counts_of(alliance, path)["sent"] > len(crowd) // 10, seconds=SECONDS)
        plenary.kill()
        plenary.start()
        eventually(
            lambda: figures(alliance, path) == (len(good), len(bad)),
            seconds=SECONDS,
        )

    counts = counts_of(alliance, path)
    assert counts["eligible"] == len(crowd)
    assert (counts["queued"], counts["suppressed"], counts["opted_out"]) == (0, 0, 0)
    arrived = [len(plenary.mails_to(each)) for each in good]
    assert min(arrived) == 1
    # What was in flight when the machine was lost may have come twice; nothing else.
    assert sum(arrived) - len(good) <= MAILS_AT_ONCE


def figures(alliance: Alliance, path: str) -> tuple[int, int]:
    counts = counts_of(alliance, path)
    return counts["sent"], counts["failed"]


@contextmanager
def refusing(plenary: Running, matching: str) -> Iterator[None]:
    """The mail server refuses these addresses for good; in embedded mode there is none."""
    if not isinstance(plenary, RealPlenary):
        yield
        return
    plenary.sink.refuse_permanently(matching=matching)
    try:
        yield
    finally:
        plenary.sink.accept()

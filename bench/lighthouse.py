"""How Chromium's Lighthouse judges the ten main pages, as a guest and as each user sees them.

Its program comes from npm, in one fixed version, into var/bench/lighthouse; the browser is the
system's, the network and the processor those of the phone that Lighthouse simulates.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.effort import Effort
from bench.results import RESULTS, Result, result
from tests.support.programs import find_chromium
from tests.support.running_embedded import DEMO_PASSWORD, EmbeddedPlenary

PROGRAM: Final = "lighthouse@12.8.2"
FOLDER: Final = RESULTS.parent / "lighthouse"
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
GOAL: Final = 95.0
LIMIT: Final = "the goal"
SECONDS: Final = 180
FLAGS: Final = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-sync"
)


@dataclass(frozen=True)
class Page:
    """A page as somebody sees it. who: the demo account; "" is a guest."""

    name: str
    path: str
    who: str = ""


def _pages(plenary: EmbeddedPlenary) -> list[Page]:
    listed = plenary.api.get("/events/api/v1/workshops").raise_for_status().json()["items"]
    workshop = next(each["id"] for each in listed if each["state"] == "published")
    profile = plenary.api.get("/members/api/v1/profiles").raise_for_status().json()["items"][0]
    organizer, focal = "organizer@demo.example", "focal.teema@demo.example"
    attendee = "attendee@demo.example"
    return [
        Page("front", "/events/"),
        Page("workshops", "/events/workshops"),
        Page("a workshop", f"/events/workshops/{workshop}"),
        Page("an association", f"/members/profiles/{profile['id']}"),
        Page("sign-in", "/members/sign-in"),
        Page("attendee's start", "/events/start", attendee),
        Page("inbox", "/notifications/inbox", attendee),
        Page("association's delegation", "/events/delegation", focal),
        Page("organizer's start", "/events/start", organizer),
        Page("organizer's workspace", f"/events/manage/{workshop}", organizer),
    ]


def _install() -> Path:
    """Lighthouse's command; fetched by npm the first time."""
    command = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not command.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", "."]
        subprocess.run(["npm", "install", "--silent", *options, PROGRAM], cwd=FOLDER, check=True)
    return command


def _cookie(plenary: EmbeddedPlenary, who: str) -> str:
    """What a browser of theirs would send."""
    sent = {"email": who, "password": DEMO_PASSWORD}
    answer = plenary.api.post("/members/api/v1/sign-in", json=sent).raise_for_status()
    return f"plenary_token={answer.json()['access_token']}"


def _judge(command: Path, plenary: EmbeddedPlenary, page: Page) -> dict[str, float]:
    """Category → points of 100."""
    report = FOLDER / "report.json"
    headers = {"Cookie": _cookie(plenary, page.who)} if page.who else {}
    asked = ["node", str(command), f"{plenary.url}{page.path}", "--quiet", "--output=json"]
    asked += [f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}"]
    asked += [f"--chrome-flags={FLAGS}", f"--extra-headers={json.dumps(headers)}"]
    environment = {**os.environ, "CHROME_PATH": str(find_chromium())}
    for is_last in (False, False, True):
        # Chromium loses the beginning of a trace now and then (NO_NAVSTART).
        done = subprocess.run(
            asked, env=environment, check=is_last, timeout=SECONDS, stdout=subprocess.DEVNULL
        )
        if done.returncode == 0:
            break
    found = json.loads(report.read_text())
    assert found["finalDisplayedUrl"].endswith(page.path), f"{page.name} leads elsewhere"
    report.rename(FOLDER / f"{page.name.replace(' ', '-')}.json")
    return {name: 100 * found["categories"][name]["score"] for name in CATEGORIES}


def measure(effort: Effort) -> Iterator[Result]:
    """Points of each page in each category, and the fewest; the reports are kept beside."""
    command = _install()
    plenary = EmbeddedPlenary(demo=True)
    try:
        plenary.start()
        fewest = dict.fromkeys(CATEGORIES, 100.0)
        for page in _pages(plenary):
            rounds = [_judge(command, plenary, page) for _ in range(effort.rounds)]
            for category in CATEGORIES:
                points = [each[category] for each in rounds]
                name = f"Lighthouse {category}, {page.name}"
                found = result(name, points, "points", limit=LIMIT, limits=[GOAL])
                fewest[category] = min(fewest[category], found.value)
                yield found
    finally:
        plenary.close()
    for category, least in fewest.items():
        name = f"Lighthouse {category}, fewest of all pages"
        yield result(name, [least], "points", limit=LIMIT, limits=[GOAL])

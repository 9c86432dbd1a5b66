"""P4: one announcement to 100,000 people, and what it does to the mails of those who register.

All of it runs, as for P3. The limit is what Postfix's own smtp-source reaches on the same mail
server in the same run; it is taken out of Debian's package, and no mail server is installed.
"""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from bench.delivery import Place, busy_place
from bench.effort import Effort
from bench.growing import grow
from bench.results import RESULTS, Result, percentile, result
from shared.database import Database
from tests.support.running import eventually

PEOPLE: Final = 100_000
ALONE: Final = 100
PROBE_SECONDS: Final = 0.2
LIMIT: Final = "S: smtp-source, kept sessions"
SESSIONS: Final = 4
MAIL_BYTES: Final = 4000
API: Final = "/notifications/api/v1/announcements"
FOLDER: Final = RESULTS.parent / "postfix"
# People who work at the host, as members would tell them.
PEOPLE_OF_HOST: Final = """
INSERT INTO recipients (id, version, names, email, locale, time_zone, has_account, is_erased)
SELECT ('00000000-0000-7000-b000-' || lpad(to_hex(n), 12, '0'))::uuid, 1,
    jsonb_build_array(jsonb_build_object('kind', 'romanised', 'given', 'Guest ' || n,
        'family', 'Lin', 'order', 'given_first')),
    'a' || n || '@people.example', CASE n % 2 WHEN 0 THEN 'en' ELSE 'zh-Hant' END,
    'Asia/Taipei', true, false
FROM generate_series(1, :count) n;

INSERT INTO posts (id, version, kind, role, person_id, organisation_id, is_over)
SELECT id, 1, 'affiliation', '', id, 'HOST', false FROM recipients
WHERE id::text LIKE '00000000-0000-7000-b000-%'
"""
BODY: Final[dict[str, Any]] = {
    "category": "news",
    "subject": {"en": "News for {{ person.name }}", "zh-Hant": "{{ person.name }} 的消息"},
    "body": {
        "en": "Dear {{ person.name }},\n\nthe school opens. **Come and see.**\n\n" + "Words. " * 60,
        "zh-Hant": "{{ person.name }} 您好：\n\n學校開學了。**歡迎前來。**\n\n" + "文字。" * 60,
    },
    "channels": ["mail"],
}


@dataclass
class Job:
    """What one announcement took. waits: ms of the mails of registrations meanwhile."""

    first_seconds: float = 0.0
    seconds: float = 0.0
    megabytes: float = 0.0
    waits: list[float] = field(default_factory=list)


def measure(effort: Effort) -> Iterator[Result]:
    """Mails a second of an announcement, beside limit S; others' waits alone and meanwhile."""
    people = effort.count(PEOPLE)
    with busy_place() as place:
        for _ in range(20):
            place.wait_of(place.probe())
        database = Database(place.plenary.database_url("notifications"))
        grow(database, PEOPLE_OF_HOST.replace("HOST", place.host_id), people)
        database.dispose()
        rounds, limits = [], []
        alone = [place.wait_of(place.probe()) for _ in range(effort.count(ALONE))]
        for _ in range(effort.rounds):
            limits.append(_smtp_source(place, people))
            rounds.append(_announce(place, people))
    name = f"announcement to {people:,}"
    rates = [people / each.seconds for each in rounds]
    yield result(f"{name}, mails", rates, "per second", limit=LIMIT, limits=limits)
    yield result(f"{name}, until its first", [each.first_seconds for each in rounds], "s")
    yield result(f"{name}, worker's memory", [each.megabytes for each in rounds], "MB")
    for share in (0.5, 0.95, 0.99):
        meanwhile = [percentile(each.waits, share) for each in rounds]
        label = f"registration to mail, beside it, p{share * 100:.0f}"
        beside = [percentile(alone, share)]
        yield result(label, meanwhile, "ms", limit="the same, alone", limits=beside)


def _announce(place: Place, people: int) -> Job:
    job, before, ended = Job(), place.sink.count, threading.Event()
    probes: list[tuple[str, float]] = []
    with place.plenary.browser() as client:
        client.headers.update(place.headers)
        body = BODY | {
            "organisation_id": place.host_id,
            "audience": {"organisation_id": place.host_id, "subtree": False},
        }
        made = client.post(API, json=body, timeout=60).raise_for_status().json()
        client.post(f"{API}/{made['id']}/approve", json={}, timeout=60).raise_for_status()
        began = time.monotonic()
        probing = threading.Thread(target=_probe, args=(place, ended, probes))
        probing.start()
        try:
            while (done := place.sink.count - before - len(probes)) < people:
                if done > 0 and not job.first_seconds:
                    job.first_seconds = time.monotonic() - began
                job.megabytes = max(job.megabytes, _megabytes(place))
                assert time.monotonic() - began < 1800, f"{done} of {people} mails in half an hour"
                time.sleep(0.25)
            job.seconds = time.monotonic() - began - job.first_seconds
        finally:
            ended.set()
            probing.join()
        job.waits = [place.wait_of(each) for each in probes]
        eventually(lambda: _is_complete(client, made["id"], people))
    return job


def _probe(place: Place, ended: threading.Event, probes: list[tuple[str, float]]) -> None:
    while not ended.wait(PROBE_SECONDS):
        probes.append(place.probe())


def _is_complete(client: httpx.Client, announcement_id: str, people: int) -> bool:
    found = client.get(f"{API}/{announcement_id}", timeout=60).raise_for_status().json()
    counts = found["counts"]
    assert counts["eligible"] == people
    return bool(found["state"] == "complete" and counts["sent"] == people)


def _megabytes(place: Place) -> float:
    worker = place.plenary.processes["notifications", "worker"]
    kilobytes = 0
    for pid in worker.pids():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
        kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


def _smtp_source(place: Place, mails: int) -> float:
    """Mails a second of the limit, to the same server."""
    program = _find_smtp_source()
    options = ["-d", "-s", str(SESSIONS), "-m", str(mails), "-l", str(MAIL_BYTES)]
    options += ["-f", "a@bench.example", "-t", "limit@bench.example"]
    before, began = place.sink.count, time.monotonic()
    subprocess.run(
        [str(program), *options, f"{place.sink.host}:{place.sink.port}"],
        env={**os.environ, "LD_LIBRARY_PATH": str(program.parent.parent / "lib" / "postfix")},
        check=True,
    )
    place.sink.wait_for_count(before + mails)
    return mails / (time.monotonic() - began)


def _find_smtp_source() -> Path:
    """The installed program, or the one of Debian's package, unpacked under var/."""
    installed = shutil.which("smtp-source", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    unpacked = FOLDER / "usr" / "sbin" / "smtp-source"
    if installed is None and not unpacked.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", "postfix"], cwd=FOLDER, check=True)
        package = next(FOLDER.glob("postfix_*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(package), str(FOLDER)], check=True)
    return Path(installed) if installed else unpacked

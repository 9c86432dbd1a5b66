"""P3: how long after its 2xx the mail of a registration is with the mail server.

All of it runs: three web and three worker processes, PostgreSQL, RabbitMQ and a mail server.
"""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import choice
from uuid import uuid4

import httpx
from sqlalchemy import text

from bench.arrivals import Arrivals
from bench.effort import Effort
from bench.limits.bare_hops import Hops, hops
from bench.results import Result, percentile, result
from bench.serving import WORKERS, load, postgres, rabbitmq
from shared.database import Database
from tests.support.ports import HOST
from tests.support.running import Headers, eventually
from tests.support.running_real import RealPlenary

LIMIT = "bare hops: publish, consume, insert, SMTP"
IDLE_COUNT = 200
BUSY_SECONDS = 20
PROBE_SECONDS = 0.1
WORKSHOPS = 100
CLIENTS = 8
Waits = list[float]


@dataclass
class Place:
    """A Plenary with workshops, the bare way beside it, and where both bring their mails."""

    plenary: RealPlenary
    sink: Arrivals
    bare: Hops
    paths: list[str]
    database: Database
    client: httpx.Client
    file: Path
    headers: Headers
    host_id: str
    mails_of_the_bare: int = 0

    def probe(self) -> tuple[str, float]:
        """Register a guest; their address, and when the answer came."""
        email = f"p{uuid4().hex}@guests.example"
        body = {"name": f"Guest {email[1:9]}", "email": email}
        answer = self.client.post(choice(self.paths), json=body)
        came = time.monotonic()
        assert answer.status_code == 201, answer.text
        return email, came

    def probe_bare(self) -> tuple[str, float]:
        """Send a mail the bare way; its address, and when it was begun."""
        email = f"b{uuid4().hex}@guests.example"
        self.mails_of_the_bare += 1
        return email, self.bare.send(email)

    def wait_of(self, probed: tuple[str, float]) -> float:
        """Milliseconds until the probe's mail was there."""
        email, since = probed
        return (self.sink.wait_for(email, seconds=600) - since) * 1000

    def wait_until_quiet(self) -> None:
        """Until every registration's mail has arrived."""
        with self.database.reading() as session:
            found = session.scalar(text("SELECT count(*) FROM registrations")) or 0
        self.sink.wait_for_count(found + self.mails_of_the_bare)

    def load(self, seconds: int, *, pause_ms: int = 0) -> float:
        """Let eight clients register; how many a second did."""
        address = f"http://{HOST}:{self.plenary.ports['events']}"
        done = load(address, clients=CLIENTS, seconds=seconds, paths=self.file, pause_ms=pause_ms)
        assert done.errors == 0, "a registration was refused"
        return done.per_second


@contextmanager
def busy_place() -> Iterator[Place]:
    """All of it, running, with workshops and nobody registered."""
    with ExitStack() as stack:
        server, broker = stack.enter_context(postgres()), stack.enter_context(rabbitmq())
        sink = Arrivals()
        stack.callback(sink.close)
        plenary = RealPlenary(server, broker, sink.start(), workers=WORKERS)
        stack.callback(plenary.close)
        plenary.start()
        conninfo = server.create_database("bench_bare").replace("+psycopg", "")
        bare = stack.enter_context(hops(broker.url, conninfo, (sink.host, sink.port)))
        database = Database(plenary.database_url("events"))
        stack.callback(database.dispose)
        headers, host_id, paths = _workshops(plenary)
        file = plenary.folder / "paths"
        file.write_text("\n".join(paths))
        address = f"http://{HOST}:{plenary.ports['events']}"
        client = stack.enter_context(httpx.Client(base_url=address, timeout=60))
        yield Place(plenary, sink, bare, paths, database, client, file, headers, host_id)


def _workshops(plenary: RealPlenary) -> tuple[Headers, str, list[str]]:
    """An operator's headers, the host, and where to register: workshops without a limit."""
    headers = plenary.make_operator("operator@bench.example", "Olivia Peng", uuid4().hex)
    body = {"names": {"en": "The host"}, "kind": "alliance", "economy": "TW"}
    made = plenary.api.post("/members/api/v1/organisations", json=body, headers=headers)
    host_id = made.raise_for_status().json()["id"]
    first = eventually(lambda: _workshop(plenary, headers, host_id))
    rest = [_workshop(plenary, headers, host_id) for _ in range(WORKSHOPS - 1)]
    paths = [f"/events/api/v1/workshops/{each}/registrations" for each in (first, *rest)]
    return headers, host_id, paths


def _workshop(plenary: RealPlenary, headers: Headers, host_id: str) -> str:
    """The id of a published workshop; empty while events has not heard of the host."""
    starts_at = datetime.now(UTC) + timedelta(days=30)
    body = {
        "titles": {"en": "A workshop"},
        "host_id": host_id,
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
        "time_zone": "Asia/Taipei",
        "venue": {"mode": "online"},
        "capacity": None,
    }
    path = "/events/api/v1/workshops"
    made = plenary.api.post(path, json=body, headers=headers)
    if made.status_code == 422:
        return ""
    found: str = made.raise_for_status().json()["id"]
    published = plenary.api.post(f"{path}/{found}/publish", json={}, headers=headers)
    published.raise_for_status()
    return found


def measure(effort: Effort) -> Iterator[Result]:
    """Waits in ms (p50, p99) beside the bare hops', idle and at half of the full rate.

    Also how fast the mails of a backlog go out, beside how fast registrations come in.
    """
    with busy_place() as place:
        for _ in range(20):
            place.wait_of(place.probe())
        rounds = [_idle(place, effort.count(IDLE_COUNT)) for _ in range(effort.rounds)]
        yield from _waits("registration to mail, idle", rounds)
        accepted, handed_over = [], []
        for _ in range(effort.rounds):
            rates = _backlog(place, effort.seconds(5))
            accepted.append(rates[0])
            handed_over.append(rates[1])
        limit = "registrations accepted, workers held"
        yield result("mails of a backlog", handed_over, "per second", limit=limit, limits=accepted)
        pause_ms = _pause_ms(place, sorted(accepted)[len(accepted) // 2] / 2)
        busy = [_busy(place, effort.seconds(BUSY_SECONDS), pause_ms) for _ in range(effort.rounds)]
        meanwhile = [each[2] for each in busy]
        yield result(
            "registrations meanwhile", meanwhile, "per second", limit=limit, limits=accepted
        )
        yield from _waits("registration to mail, half rate", [each[:2] for each in busy])


def _waits(name: str, rounds: list[tuple[Waits, Waits]]) -> Iterator[Result]:
    for share, label in ((0.5, "p50"), (0.99, "p99")):
        ours, bare = ([percentile(each[side], share) for each in rounds] for side in (0, 1))
        yield result(f"{name}, {label}", ours, "ms", limit=LIMIT, limits=bare)


def _idle(place: Place, count: int) -> tuple[Waits, Waits]:
    ours = [place.wait_of(place.probe()) for _ in range(count)]
    return ours, [place.wait_of(place.probe_bare()) for _ in range(count)]


def _backlog(place: Place, seconds: int) -> tuple[float, float]:
    """Registrations a second while no worker runs, then mails a second until all are out."""
    workers = [each for (_, kind), each in place.plenary.processes.items() if kind == "worker"]
    for worker in workers:
        worker.send(signal.SIGSTOP)
    accepted = place.load(seconds)
    before, began = place.sink.count, time.monotonic()
    for worker in workers:
        worker.send(signal.SIGCONT)
    place.wait_until_quiet()
    return accepted, (place.sink.count - before) / (time.monotonic() - began)


def _pause_ms(place: Place, wanted: float) -> int:
    """What each client must wait for them all to register so often a second."""
    guess = max(1, round(CLIENTS / wanted * 500))
    took_ms = CLIENTS / place.load(2, pause_ms=guess) * 1000 - guess
    place.wait_until_quiet()
    return max(1, round(CLIENTS / wanted * 1000 - took_ms))


def _busy(place: Place, seconds: int, pause_ms: int) -> tuple[Waits, Waits, float]:
    """Waits of ours and of the bare way beside a load, and the load's rate."""
    with ThreadPoolExecutor(3) as pool:
        loading = pool.submit(place.load, seconds, pause_ms=pause_ms)
        until = time.monotonic() + seconds - 0.5
        ours, bare = (
            pool.submit(_every, PROBE_SECONDS, until, each)
            for each in (place.probe, place.probe_bare)
        )
        waits = [[place.wait_of(each) for each in done.result()] for done in (ours, bare)]
        rate = loading.result()
    place.wait_until_quiet()
    return waits[0], waits[1], rate


def _every(
    seconds: float, until: float, probe: Callable[[], tuple[str, float]]
) -> list[tuple[str, float]]:
    """Probe at a steady pace, whatever the answers take."""
    found, due = [], time.monotonic()
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        found.append(probe())
        due += seconds
    return found

"""Embedded Plenary: one `plenary run` process with a folder of its own."""

import shutil
import signal
import tempfile
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.support.guarded import GuardedProcess
from tests.support.lasting import Lasting
from tests.support.ports import HOST, free_port
from tests.support.running import COMMAND, ROOT, Running, environment_of, run_command
from tests.support.smtp_sink import Mail

STOP_SECONDS = 15.0
DEMO_PASSWORD = "a password for the demo"


class EmbeddedPlenary(Running):
    """Starts, stops, dies and comes back with its data; mails are kept on its mailbox."""

    def __init__(self, *, demo: bool = False) -> None:
        """start() does the rest. demo: load the demo alliances."""
        self.folder = Path(tempfile.mkdtemp(prefix="plenary-embedded-"))
        self.url = f"http://{HOST}:{free_port()}"
        self.api = self.browser()
        self.api.auth = Lasting()
        self._process: GuardedProcess | None = None
        self._mails: dict[str, Mail] = {}
        self._variables = {
            "VAR": str(self.folder),
            "PORT": self.url.rpartition(":")[2],
            "DEMO": str(demo),
            "DEMO_PASSWORD": DEMO_PASSWORD,
            "TOKEN_SECONDS": "600",
            "PRIVATE_PROVIDERS": "true",
            "WEBHOOKS_TO_LOOPBACK": "true",
        }

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30)

    @property
    def log(self) -> Path:
        """What the process printed."""
        return self.folder / "plenary.log"

    @property
    def pids(self) -> list[int]:
        """The process and what it started."""
        return self._process.pids() if self._process else []

    def begin(self) -> GuardedProcess:
        """Start it, and return before it is ready; start() then waits for that."""
        if self._process is not None:
            return self._process
        self._process = GuardedProcess(
            [*COMMAND, "run"],
            environment=environment_of(self._variables),
            folder=ROOT,
            log=self.log,
            scratch=self.folder,
        )
        return self._process

    def start(self) -> None:
        process = self.begin()
        self.wait_until_ready(lambda: process.is_running, process.last_words)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            finally:
                self.kill()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        self.kill()
        self.api.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, service: str, *words: str) -> str:
        return run_command(service, *words, variables=self._variables)

    def mails_to(self, address: str) -> list[Mail]:
        return mails_on_mailbox(self.api, address, self._mails)


def mails_on_mailbox(api: httpx.Client, address: str, known: dict[str, Mail]) -> list[Mail]:
    """The mails to the address on the mailbox, in order of arrival. known: by id, is filled."""
    found: list[Mail] = []
    page: str | None = f"/mailbox/api/v1/messages?to={quote(address)}&limit=500"
    while page:
        answer = api.get(page).raise_for_status().json()
        found += [_mail(api, item, address, known) for item in answer["items"]]
        page = answer["next"]
    return found[::-1]


def _mail(api: httpx.Client, item: dict[str, Any], address: str, known: dict[str, Mail]) -> Mail:
    if item["id"] not in known:
        raw = api.get(f"/mailbox/api/v1/messages/{item['id']}/raw").content
        known[item["id"]] = Mail(
            sender=item["from"],
            recipients=(address,),
            raw=raw,
            received_at=datetime.fromisoformat(item["sent_at"]),
            message=message_from_bytes(raw, _class=EmailMessage, policy=policy.default),
        )
    return known[item["id"]]

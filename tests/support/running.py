"""The whole of Plenary as real processes: what both ways to run have in common for a test."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support.lasting import Lasting
from tests.support.programs import ProgramFailed, plain_environment
from tests.support.smtp_sink import Mail

ROOT = Path(__file__).parents[2]
SERVICES = ("members", "events", "notifications")
PATIENCE_SECONDS = 60.0
START_SECONDS = 90.0
COMMAND = (sys.executable, "-m", "services")
Found = TypeVar("Found")
Headers = dict[str, str]


def eventually(look: Callable[[], Found], *, seconds: float = PATIENCE_SECONDS) -> Found:
    """What `look` answers once that is true. Raises AssertionError when it stays false."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"it has not happened in {seconds:g} s"
        time.sleep(0.05)
    return found


def environment_of(variables: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of one of our processes."""
    extra = {"PYTHONPATH": str(ROOT)}
    return plain_environment(extra | {f"PLENARY_{name}": text for name, text in variables.items()})


def run_command(*words: str, variables: Mapping[str, str]) -> str:
    """Run `plenary WORDS` to its end; what it printed. Raises ProgramFailed."""
    done = subprocess.run(
        [*COMMAND, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
        cwd=ROOT,
        env=environment_of(variables),
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise ProgramFailed(f"plenary {' '.join(words)} failed: {done.stdout}{done.stderr}")
    return done.stdout


class Running:
    """A Plenary that serves. `api` asks it by path, whatever runs behind.

    Subclasses start, stop and kill processes, and know where mails end up.
    """

    api: httpx.Client

    def start(self) -> None:
        """Return once every service is ready. Raises ProgramFailed."""
        raise NotImplementedError

    def stop(self) -> None:
        """Let it end in its own order. Raises ProgramFailed when it does not."""
        raise NotImplementedError

    def kill(self) -> None:
        """SIGKILL every process of ours, as a lost machine would."""
        raise NotImplementedError

    def close(self) -> None:
        """End it, and remove every trace."""
        raise NotImplementedError

    def mails_to(self, address: str) -> list[Mail]:
        """The mails that were handed over for the address, in order of arrival."""
        raise NotImplementedError

    def command(self, service: str, *words: str) -> str:
        """Run `plenary SERVICE WORDS` beside it; what it printed."""
        raise NotImplementedError

    def restart(self) -> None:
        """Same addresses, same data. Also brings a killed one back."""
        self.stop()
        self.start()

    def browser(self) -> httpx.Client:
        """A client with cookies of its own, who is not signed in."""
        raise NotImplementedError

    def make_operator(self, email: str, name: str, password: str) -> Headers:
        """The first account of an empty installation; the headers to ask with."""
        options = ("--email", email, "--name", name, "--password", password)
        self.command("members", "create-operator", *options)
        return self.sign_in(email, password)

    def sign_in(self, email: str, password: str) -> Headers:
        """The headers to ask with, once every service knows the key that signs them."""
        answer = self.api.post(
            "/members/api/v1/sign-in", json={"email": email, "password": password}
        )
        assert answer.status_code == 200, answer.text
        if isinstance(self.api.auth, Lasting):
            self.api.auth.remember(answer.json(), email=email, password=password)
        return self.known(answer.json())

    def known(self, signed_in: Mapping[str, Any]) -> Headers:
        """The headers of what signing in answered, once every service takes them."""
        headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
        doors = ("/events/api/v1/workshops", "/notifications/api/v1/inbox")
        eventually(lambda: all(self.api.get(door, headers=headers).is_success for door in doors))
        return headers

    def await_mail(self, to: str, subject: str, *, count: int = 1) -> Mail:
        """The newest mail to the address with these words in its subject, once it is there."""

        def look() -> list[Mail]:
            found = [mail for mail in self.mails_to(to) if subject in mail.subject]
            return found if len(found) >= count else []

        return eventually(look)[-1]

    def wait_until_ready(self, is_running: Callable[[], bool], words: Callable[[], str]) -> None:
        """Return once every readyz says 200. Raises ProgramFailed, with the log's last words."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and is_running():
            if all(self._is_ready(service) for service in SERVICES):
                return
            time.sleep(0.05)
        raise ProgramFailed(f"Plenary did not get ready. {words()}")

    def _is_ready(self, service: str) -> bool:
        try:
            return self.api.get(f"/{service}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

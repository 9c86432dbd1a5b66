"""A RabbitMQ node of the tests' own: own name, own data, own ports, own epmd."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import amqp

from tests.support.guarded import GuardedProcess
from tests.support.ports import HOST, free_port
from tests.support.programs import (
    ProgramFailed,
    find_program,
    give_to,
    identity,
    plain_environment,
    unprivileged_user,
)

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_CTL_SECONDS = 60.0

# Debian's /usr/sbin/rabbitmq-server insists on its own folders and its own log; the
# program that it wraps does not.
_WRAPPED = Path("/usr/lib/rabbitmq/bin")

# The write-ahead log is held in memory: its default of 512 MB is too much for tests.
_SETTINGS = """\
listeners.tcp.1 = {host}:{port}
num_acceptors.tcp = 2
loopback_users = none
log.file = false
log.console = true
log.console.level = warning
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 16777216
"""


class RabbitServer:
    """Starts, stops, dies and comes back with its queues. Guests may enter as guest:guest."""

    def __init__(self) -> None:
        """Find the programs; start() does the rest. Raises ProgramMissing."""
        self._server = find_program("rabbitmq-server", _WRAPPED)
        self._ctl = find_program("rabbitmqctl", self._server.parent)
        self._user = unprivileged_user("rabbitmq")
        self._folder: Path | None = None
        self._process: GuardedProcess | None = None
        self.port = free_port()
        self._epmd_port = free_port()
        self._distribution_port = free_port()

    @property
    def folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="plenary-rabbitmq-"))
            (self._folder / "enabled_plugins").write_text("[].\n")
            (self._folder / "environment").write_text("")
            (self._folder / "rabbitmq.conf").write_text(_SETTINGS.format(host=HOST, port=self.port))
            give_to(self._user, self._folder, *self._folder.iterdir())
        return self._folder

    @property
    def url(self) -> str:
        return self.url_for("guest", "guest")

    def url_for(self, name: str, password: str) -> str:
        return f"amqp://{name}:{password}@{HOST}:{self.port}//"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def pids(self) -> list[int]:
        """The node, its small programs and its epmd."""
        return self._process.pids() if self._process else []

    def start(self) -> None:
        """Return once it answers. Raises ProgramFailed."""
        if self.is_running:
            return
        self._process = GuardedProcess(
            [self._server],
            environment=self._environment(),
            folder=self.folder,
            log=self.folder / "rabbitmq.log",
            user=self._user,
            last_signal=signal.SIGKILL,
            scratch=self.folder,
        )
        self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """Let the node end in its own order; its epmd ends with it."""
        if self._process is None:
            return
        self._process.send(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        finally:
            self._process.kill()
            self._process = None

    def kill(self) -> None:
        """SIGKILL the node and everything that it started, as a lost machine would."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def restart(self) -> None:
        """Same port, same data. Also brings a killed node back."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End it, and remove every trace."""
        self.kill()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def ctl(self, *arguments: str) -> str:
        """Run rabbitmqctl on this node (about a second); return what it prints.

        Raises ProgramFailed.
        """
        try:
            done = subprocess.run(
                [self._ctl, "--quiet", *arguments],
                capture_output=True,
                text=True,
                check=False,
                timeout=_CTL_SECONDS,
                cwd=self.folder,
                env=self._environment(),
                **identity(self._user),
            )
        except subprocess.TimeoutExpired:
            raise ProgramFailed(
                f"rabbitmqctl {arguments[0]} has not ended in {_CTL_SECONDS:g} s."
            ) from None
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise ProgramFailed(f"rabbitmqctl {arguments[0]} failed: {said}")
        return done.stdout

    def add_user(
        self, name: str, password: str, *, configure: str = "", write: str = "", read: str = ""
    ) -> str:
        """Return the new user's URL.

        configure, write, read: regular expressions of names; empty allows nothing.
        """
        self.ctl("add_user", name, password)
        patterns = (pattern or "^$" for pattern in (configure, write, read))
        self.ctl("set_permissions", "-p", "/", name, *patterns)
        return self.url_for(name, password)

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return plain_environment(
            {
                "HOME": folder,
                "ERL_EPMD_PORT": str(self._epmd_port),
                "ERL_EPMD_ADDRESS": HOST,
                "RABBITMQ_NODENAME": f"plenary{self.port}@localhost",
                "RABBITMQ_DIST_PORT": str(self._distribution_port),
                "RABBITMQ_CONF_ENV_FILE": f"{folder}/environment",
                "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
                "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
                "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
                "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
                "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
                "RABBITMQ_LOG_BASE": f"{folder}/log",
                "RABBITMQ_PID_FILE": f"{folder}/rabbitmq.pid",
                "ERL_CRASH_DUMP_BYTES": "0",
            }
        )

    def _wait_until_it_answers(self, process: GuardedProcess) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.is_running:
            with contextlib.suppress(OSError, amqp.exceptions.AMQPError), self._connect():
                return
            time.sleep(0.1)
        self.kill()
        raise ProgramFailed(f"RabbitMQ did not start on port {self.port}. {process.last_words()}")

    def _connect(self) -> amqp.Connection:
        return amqp.Connection(
            host=f"{HOST}:{self.port}",
            userid="guest",
            password="guest",
            connect_timeout=5,
            read_timeout=5,
        )

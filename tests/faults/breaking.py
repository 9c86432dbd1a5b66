"""The faults: each breaks something for a while, and mends it."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from services.notifications.model import KeptMail
from services.notifications.settings import NotificationsSettings
from shared.contracts.message import SERVICES
from shared.database import Database
from tests.support.postgres import PostgresServer
from tests.support.programs import ProgramFailed
from tests.support.rabbitmq import RabbitServer
from tests.support.running_embedded import EmbeddedPlenary
from tests.support.running_real import RealPlenary
from tests.support.smtp_sink import SmtpSink

Fault = Callable[[random.Random], str]
MAILS_AT_ONCE = NotificationsSettings.mailers * NotificationsSettings.mails_at_once


def _a_while(chance: random.Random, longest: float = 1.5) -> None:
    time.sleep(chance.uniform(0.05, longest))


@dataclass
class EmbeddedBreaker:
    """kill -9 of the one process at any instant, and a stop in its own order."""

    plenary: EmbeddedPlenary
    mails_cut: int = 0

    @property
    def faults(self) -> list[Fault]:
        """What can be done to it."""
        return [self.kill, self.kill, self.kill, self.stop]

    def kill(self, chance: random.Random) -> str:
        """SIGKILL; started again at once."""
        _a_while(chance)
        self.plenary.kill()
        self.mails_cut += 1
        self.plenary.start()
        return "kill -9 of everything"

    def stop(self, chance: random.Random) -> str:
        """SIGTERM; started again at once."""
        _a_while(chance)
        self.plenary.restart()
        return "restart"

    def databases(self) -> dict[str, Database]:
        """The services' files."""
        folder = Path(self.plenary.folder)
        return {name: Database(f"sqlite:///{folder}/{name}.sqlite") for name in SERVICES}

    def mails(self, databases: dict[str, Database]) -> Counter[str]:
        """Message-ID → how often the mailbox has it."""
        with databases["notifications"].reading() as session:
            sources = session.scalars(select(KeptMail.raw)).all()
        return Counter(_message_id(source) for source in sources)


def _message_id(source: bytes) -> str:
    head = source.split(b"\r\n\r\n", 1)[0].decode()
    line = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
    return line.partition(":")[2].strip()


@dataclass
class RealBreaker:
    """Kills and restarts of each process, of the broker and the database; a mail server away."""

    plenary: RealPlenary
    postgres: PostgresServer
    rabbitmq: RabbitServer
    sink: SmtpSink
    mails_cut: int = 0
    arrived: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        """What can be done to it."""
        processes = [self.kill_process] * 5
        return [
            *processes,
            self.stop_process,
            self.kill_broker,
            self.restart_database,
            self.lose_mail_server,
            self.refuse_mails,
        ]

    def kill_process(self, chance: random.Random) -> str:
        """SIGKILL of a web or worker process; its supervisor starts it again."""
        service, kind = chance.choice(sorted(self.plenary.processes))
        _a_while(chance)
        self.plenary.processes[service, kind].kill()
        if (service, kind) == ("notifications", "worker"):
            self.mails_cut += MAILS_AT_ONCE
        self.plenary.start_process(service, kind)
        self._wait()
        return f"kill -9 of {service} {kind}"

    def stop_process(self, chance: random.Random) -> str:
        """SIGTERM, as in a rolling restart."""
        import signal

        service, kind = chance.choice(sorted(self.plenary.processes))
        process = self.plenary.processes[service, kind]
        process.send(signal.SIGTERM)
        process.wait(20)
        self.plenary.start_process(service, kind)
        self._wait()
        return f"stop of {service} {kind}"

    def kill_broker(self, chance: random.Random) -> str:
        """SIGKILL of RabbitMQ; away for a while."""
        self.rabbitmq.kill()
        _a_while(chance, 3)
        self.rabbitmq.start()
        return "kill -9 of the broker"

    def restart_database(self, chance: random.Random) -> str:
        """PostgreSQL stopped at once, without a checkpoint; away for a while."""
        self.postgres.stop("immediate")
        _a_while(chance)
        self.postgres.start()
        return "immediate stop of the database"

    def lose_mail_server(self, chance: random.Random) -> str:
        """Nobody listens for a while."""
        self.sink.down()
        _a_while(chance, 3)
        self.sink.up()
        return "mail server away"

    def refuse_mails(self, chance: random.Random) -> str:
        """Slow answers for a while."""
        self.sink.slow(0.2)
        _a_while(chance, 2)
        self.sink.accept()
        return "mail server slow"

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if all(process.is_running for process in self.plenary.processes.values()):
                return
            time.sleep(0.05)
        raise ProgramFailed("a process did not come back")

    def databases(self) -> dict[str, Database]:
        """Each with its own service's role."""
        return {name: Database(self.plenary.database_url(name)) for name in SERVICES}

    def mails(self, _: dict[str, Database]) -> Counter[str]:
        """Message-ID → how often the sink has it."""
        return Counter(mail.message_id for mail in self.sink.mails)

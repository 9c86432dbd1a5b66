"""Plenary as it is deployed: three web and three worker processes, PostgreSQL and RabbitMQ."""

import json
import shutil
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx

from shared.messaging import topology
from shared.messaging.broker import connect
from tests.support.guarded import GuardedProcess
from tests.support.lasting import Lasting
from tests.support.ports import HOST, free_port
from tests.support.postgres import PostgresServer
from tests.support.programs import give_to, unprivileged_user
from tests.support.rabbitmq import RabbitServer
from tests.support.running import (
    COMMAND,
    ROOT,
    SERVICES,
    Running,
    environment_of,
    run_command,
)
from tests.support.smtp_sink import Mail, SmtpSink

STOP_SECONDS = 15.0
PASSWORD = "broker"


class OneOrigin(httpx.BaseTransport):
    """Sends each request to the service that its path's first step names, as a gateway does."""

    def __init__(self, ports: dict[str, int]) -> None:
        self._ports = ports
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        step = request.url.path.lstrip("/").partition("/")[0]
        port = self._ports.get(step, self._ports["events"])
        # Another request: cookies are kept for the address that was asked for.
        to_service = httpx.Request(
            method=request.method,
            url=request.url.copy_with(host=HOST, port=port),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inner.handle_request(to_service)

    def close(self) -> None:
        self._inner.close()


class RealPlenary(Running):
    """Six processes of ours; each service with a database, a role and a broker's user of its own.

    Mails go to the sink. `processes`: (service, web | worker) → the process.
    """

    def __init__(
        self, postgres: PostgresServer, rabbitmq: RabbitServer, sink: SmtpSink, *, workers: int = 1
    ) -> None:
        """start() does the rest. workers: processes of each gunicorn."""
        self.processes: dict[tuple[str, str], GuardedProcess] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="plenary-real-"))
        self.ports = {service: free_port() for service in SERVICES}
        self.url = "http://plenary.test"
        self.api = self.browser()
        self.api.auth = Lasting()
        self._postgres, self._rabbitmq, self._sink = postgres, rabbitmq, sink
        self._workers = workers
        self._is_prepared = False
        unique = uuid4().hex[:8]
        self._databases = {service: f"{service}_{unique}" for service in SERVICES}

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, transport=OneOrigin(self.ports))

    def database_url(self, service: str) -> str:
        """As the service's own role, who may enter no other's."""
        name = self._databases[service]
        return self._postgres.url(name, user=name)

    def _variables(self, service: str) -> dict[str, str]:
        return {
            "PUBLIC_URL": self.url,
            "SECRET_KEY": "s" * 32,
            "BROKER_URL": self._rabbitmq.url_for(service, PASSWORD),
            f"{service.upper()}_DATABASE_URL": self.database_url(service),
            "SMTP_URL": f"smtp://{self._sink.host}:{self._sink.port}",
            "TOKEN_SECONDS": "600",
            "PRIVATE_PROVIDERS": "true",
            "LOG_LEVEL": "WARNING",
        }

    def command(self, service: str, *words: str) -> str:
        return run_command(service, *words, variables=self._variables(service))

    def start(self) -> None:
        if not self._is_prepared:
            self._prepare()
        for service in SERVICES:
            self.start_process(service, "web")
            self.start_process(service, "worker")
        self.wait_until_ready(self._all_run, self._last_words)

    def start_process(self, service: str, kind: str) -> None:
        """Start one of the six, web or worker, and return at once."""
        options = []
        if kind == "web":
            bind = f"{HOST}:{self.ports[service]}"
            options = ["--bind", bind, "--workers", str(self._workers)]
        self.processes[service, kind] = GuardedProcess(
            [*COMMAND, service, kind, *options],
            environment=environment_of(self._variables(service)),
            folder=ROOT,
            log=self.folder / f"{service}-{kind}.log",
            scratch=self.folder,
        )

    def stop(self) -> None:
        for process in self.processes.values():
            process.send(signal.SIGTERM)
        try:
            for process in self.processes.values():
                process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        for process in self.processes.values():
            process.kill()
        self.processes.clear()

    def close(self) -> None:
        self.kill()
        self.api.close()
        for name in self._databases.values():
            self._postgres.drop_database(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def sink(self) -> SmtpSink:
        """Where all mails go, for tests that change how it behaves."""
        return self._sink

    def mails_to(self, address: str) -> list[Mail]:
        return self._sink.mails_to(address)

    def _prepare(self) -> None:
        for name in self._databases.values():
            self._postgres.create_database(name, owner=name)
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            migrating = [pool.submit(self.command, each, "migrate") for each in SERVICES]
            self._add_users()
            run_command("messages", "declare", variables={"BROKER_URL": self._rabbitmq.url})
            self._purge()
            for each in migrating:
                each.result()
        self._is_prepared = True

    def _add_users(self) -> None:
        """Users and permissions by one call: rabbitmqctl takes a second for each."""
        users = [{"name": each, "password": PASSWORD, "tags": []} for each in SERVICES]
        permissions = [vars(each) | {"vhost": "/"} for each in topology.permissions()]
        path = self._rabbitmq.folder / "users.json"
        path.write_text(json.dumps({"users": users, "permissions": permissions}))
        give_to(unprivileged_user("rabbitmq"), path)
        self._rabbitmq.ctl("import_definitions", str(path))

    def _purge(self) -> None:
        """What another test left is none of this one's."""
        with connect(self._rabbitmq.url) as connection, connection.channel() as channel:
            for queue in (name for hearer in SERVICES for name in topology.queues_of(hearer)):
                channel.queue_purge(queue)
                channel.queue_purge(topology.dead_letter_queue_of(queue))

    def _all_run(self) -> bool:
        return all(process.is_running for process in self.processes.values())

    def _last_words(self) -> str:
        ended = [
            f"{service} {kind}: {process.last_words(30)}"
            for (service, kind), process in self.processes.items()
            if not process.is_running
        ]
        return "\n".join(ended) or "All of its processes run."

"""A mail server that keeps what it is given, and misbehaves when told to.

In a test: the `smtp_sink` fixture. As a process: `python -m tests.support.smtp_sink
--port N --directory D` writes each mail to D, and obeys the behaviour in D/mode.json,
for example {"mode": "slow", "seconds": 2}.
"""

import asyncio
import email
import email.policy
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import HOST, free_port


class Mode(StrEnum):
    """What the sink does with mail."""

    ACCEPT = "accept"
    REFUSE_TEMPORARILY = "refuse_temporarily"
    REFUSE_PERMANENTLY = "refuse_permanently"
    SLOW = "slow"
    DROP_AFTER_DATA = "drop_after_data"
    DOWN = "down"


@dataclass(frozen=True)
class Behaviour:
    """A mode, and how much of it. `matching` limits the refusals to some addresses."""

    mode: Mode = Mode.ACCEPT
    matching: str = ""
    seconds: float = 0.0

    def refuses(self, address: str) -> bool:
        return re.search(self.matching, address) is not None


@dataclass(frozen=True)
class Mail:
    """One accepted mail."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime
    message: EmailMessage = field(repr=False)

    @classmethod
    def of(cls, envelope: Envelope) -> "Mail":
        raw = envelope.original_content or b""
        return cls(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            raw=raw,
            received_at=datetime.now(UTC),
            message=email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default),
        )

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        """The plain part; empty where there is none."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def html(self) -> str:
        """The HTML part; empty where there is none."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part is not None else ""


class SmtpSink:
    """Listens on a loopback port from a thread of its own.

    connection_count: opened so far. takes_all_at_once: whether it says that it takes commands without waiting (RFC 2920).
    `mails` holds what was accepted and answered with 250, `unanswered` what was taken in
    full and never answered (drop_after_data); both in order of arrival.
    """

    def __init__(self, port: int | None = None) -> None:
        self.host = HOST
        self.port = port or free_port()
        self.mails: list[Mail] = []
        self.unanswered: list[Mail] = []
        self.refusals: list[str] = []
        self.takes_all_at_once = True
        self._behaviour = Behaviour()
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self.connection_count = 0
        self._connections: set[SMTP] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink")
        self._thread.daemon = True

    def start(self) -> "SmtpSink":
        self._thread.start()
        self.up()
        return self

    def close(self) -> None:
        self.down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def behaviour(self) -> Behaviour:
        return self._behaviour

    def accept(self) -> None:
        self._behave(Behaviour())

    def refuse_temporarily(self, matching: str = "") -> None:
        """Answer 451 to each RCPT whose address matches the pattern."""
        self._behave(Behaviour(Mode.REFUSE_TEMPORARILY, matching))

    def refuse_permanently(self, matching: str = "") -> None:
        """Answer 550 to each RCPT whose address matches the pattern."""
        self._behave(Behaviour(Mode.REFUSE_PERMANENTLY, matching))

    def slow(self, seconds: float) -> None:
        """Accept each mail, but answer its final dot so much later."""
        self._behave(Behaviour(Mode.SLOW, seconds=seconds))

    def drop_after_data(self) -> None:
        """Take the mail and its final dot, then cut the connection without an answer."""
        self._behave(Behaviour(Mode.DROP_AFTER_DATA))

    def down(self) -> None:
        """Stop listening and cut every connection. Twice is once."""
        self._run(self._stop_listening())

    def up(self) -> None:
        """Listen again on the same port, with the behaviour of before. Twice is once."""
        self._run(self._listen())

    def obey(self, behaviour: Behaviour) -> None:
        """Switch to any behaviour, down included."""
        if behaviour.mode is Mode.DOWN:
            self.down()
            return
        self._behave(behaviour)
        self.up()

    def clear(self) -> None:
        """Forget what has arrived."""
        with self._changed:
            self.mails.clear()
            self.unanswered.clear()
            self.refusals.clear()

    def mails_to(self, address: str) -> list[Mail]:
        return [mail for mail in list(self.mails) if address in mail.recipients]

    def wait_for(
        self, count: int = 1, *, to: str | None = None, timeout: float = 10.0
    ) -> list[Mail]:
        """Return the mails (to that address) once there are at least so many.

        timeout: seconds. Raises AssertionError, which says what has arrived instead.
        """
        return self.wait_until(
            lambda mails: len(mails) >= count,
            to=to,
            timeout=timeout,
            wanted=f"{count} mail(s)",
        )

    def wait_until(
        self,
        enough: Callable[[list[Mail]], bool],
        *,
        to: str | None = None,
        timeout: float = 10.0,
        wanted: str = "enough mail",
    ) -> list[Mail]:
        """Return the mails (to that address) once they are enough. As wait_for."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = self.mails_to(to) if to else list(self.mails)
                if enough(found):
                    return found
                if not self._changed.wait(deadline - time.monotonic()):
                    break
        arrived = [f"{mail.subject!r} to {', '.join(mail.recipients)}" for mail in self.mails]
        raise AssertionError(
            f"No {wanted} to {to or 'anyone'} in {timeout:g} s; arrived: {arrived or 'none'}."
        )

    # The hooks of aiosmtpd; they run on the sink's own thread.

    async def handle_EHLO(  # noqa: N802
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        own = ["250-PIPELINING"] if self.takes_all_at_once else []
        return [*responses[:-1], *own, responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        behaviour = self._behaviour
        refusal = {
            Mode.REFUSE_TEMPORARILY: "451 4.3.0 Try again later",
            Mode.REFUSE_PERMANENTLY: "550 5.1.1 No such mailbox",
        }.get(behaviour.mode)
        if refusal and behaviour.refuses(address):
            with self._changed:
                self.refusals.append(address)
                self._changed.notify_all()
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        behaviour = self._behaviour
        mail = Mail.of(envelope)
        if behaviour.mode is Mode.DROP_AFTER_DATA:
            self._keep(self.unanswered, mail)
            _cut(server)
            raise ConnectionResetError
        await asyncio.sleep(behaviour.seconds)
        self._keep(self.mails, mail)
        return "250 2.0.0 OK"

    def _keep(self, where: list[Mail], mail: Mail) -> None:
        with self._changed:
            where.append(mail)
            self._changed.notify_all()

    def _behave(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        if self._server is None:
            listener = socket.create_server((self.host, self.port), backlog=128)
            self._server = await self._loop.create_server(self._answer, sock=listener)

    def _answer(self) -> SMTP:
        connection = SMTP(self, loop=self._loop, hostname="sink.invalid", enable_SMTPUTF8=True)
        self.connection_count += 1
        self._connections.add(connection)
        return connection

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in self._connections:
            _cut(connection)
        self._connections.clear()
        # The cut connections' tasks end on the next turns of the loop.
        for _ in range(3):
            await asyncio.sleep(0)


def _cut(connection: SMTP) -> None:
    if isinstance(connection.transport, asyncio.WriteTransport):
        connection.transport.abort()


if __name__ == "__main__":
    from tests.support.smtp_sink_process import main

    main()

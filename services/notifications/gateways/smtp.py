"""Kept connections to SMTP servers, of which many are waited for at once (RFC 5321, RFC 2034)."""

import select
import smtplib
import socket
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from services.notifications.gateways.dialogue import Dialogue, Replies
from services.notifications.gateways.mailer import Mail, Result

TIMEOUT_SECONDS: Final = 12.0
KEPT_SECONDS: Final = 5.0
"""Some servers end connections that are idle for ten: whoever waits so long asks first."""
READ_BYTES: Final = 65536


@dataclass(frozen=True)
class Server:
    """One SMTP server, of an address such as smtps://user:password@mail.example.org:465."""

    host: str
    port: int
    user: str
    password: str
    is_encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read PLENARY_SMTP_URL."""
        parts = urlsplit(url)
        is_encrypted = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (465 if is_encrypted else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            is_encrypted=is_encrypted,
        )


class Connection(Protocol):
    """To one server; hands over one mail at a time."""

    def begin(self, mail: Mail) -> Result | None:
        """Say the first of it; what became of it where that is known already.

        Raises ValueError for an address with a line break in it.
        """
        ...

    def go_on(self) -> Result | None:
        """Answer what the server said; what became of the mail once that is known."""
        ...

    def give_up(self) -> Result:
        """It took too long."""
        ...

    def fileno(self) -> int:
        """What to wait on."""
        ...

    def close(self) -> None:
        """Say goodbye, if still connected."""
        ...


class SmtpConnection:
    """Opened when needed, kept between mails, made anew after any trouble.

    A connection that ends before the final dot is answered leaves it unknown whether the server
    has the mail: it is sent again, with the same Message-ID.
    """

    _socket: socket.socket
    _dialogue: Dialogue
    _replies: Replies

    def __init__(self, url: str):
        self._server = Server.of(url)
        self._smtp: smtplib.SMTP | None = None
        self._used_at = 0.0

    def begin(self, mail: Mail) -> Result | None:
        """Say the envelope."""
        try:
            smtp = self._connected()
            if smtp.sock is None:
                raise smtplib.SMTPServerDisconnected("it was closed at once")
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Result("away", _named(error))
        self._dialogue = Dialogue(
            mail, has_size=smtp.has_extn("size"), takes_all_at_once=smtp.has_extn("pipelining")
        )
        self._socket, self._replies = smtp.sock, Replies()
        try:
            self._socket.sendall(self._dialogue.opening)
        except OSError as error:
            self._drop()
            return Result("deferred", _named(error))
        return None

    def go_on(self) -> Result | None:
        """Read what is there, waiting if nothing is."""
        try:
            for reply in self._replies.take(self._read()):
                if answer := self._dialogue.hear(reply):
                    self._socket.sendall(answer)
        except (OSError, ValueError) as error:
            self._drop()
            return self._dialogue.result or Result("deferred", _named(error))
        if not self._dialogue.is_over:
            return None
        self._used_at = time.monotonic()
        if self._dialogue.closes:
            self._drop()
        return self._dialogue.result

    def give_up(self) -> Result:
        """It took too long."""
        self._drop()
        return self._dialogue.result or Result("deferred", "TimeoutError: timed out")

    def fileno(self) -> int:
        """What to wait on."""
        return self._socket.fileno()

    def _read(self) -> bytes:
        read = self._socket.recv(READ_BYTES)
        if not read:
            raise ConnectionResetError("the server has closed the connection")
        if isinstance(self._socket, ssl.SSLSocket):
            while self._socket.pending():
                read += self._socket.recv(READ_BYTES)
        return read

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            if time.monotonic() - self._used_at < KEPT_SECONDS:
                return self._smtp
            if self._is_alive(self._smtp):
                return self._smtp
            self._drop()
        self._smtp = self._open()
        return self._smtp

    @staticmethod
    def _is_alive(smtp: smtplib.SMTP) -> bool:
        try:
            code, _ = smtp.noop()
        except (OSError, smtplib.SMTPException):
            return False
        return code == 250

    def _open(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP
        if server.is_encrypted:
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=_trust()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        smtp.ehlo()
        if not server.is_encrypted and smtp.has_extn("starttls"):
            smtp.starttls(context=_trust())
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def close(self) -> None:
        """Say goodbye, if still connected."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()
            self._smtp = None


@cache
def _trust() -> ssl.SSLContext:
    """Of what servers show; 20 ms to make."""
    return ssl.create_default_context()


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def wait_for(connections: Collection[Connection], seconds: float) -> list[Connection]:
    """Those whose server has said something, waiting at most so long for the first."""
    poll, by_number = select.poll(), {}
    for each in connections:
        number = each.fileno()
        by_number[number] = each
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(seconds * 1000)]

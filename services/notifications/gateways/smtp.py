"""Handing mails to an SMTP server over a kept connection (RFC 5321, RFC 2034)."""

import smtplib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from services.notifications.gateways.mailer import Result

TIMEOUT_SECONDS: Final = 12.0
KEPT_SECONDS: Final = 60.0
GO_AHEAD: Final = 354
FIRST_TEMPORARY: Final = 400
FIRST_PERMANENT: Final = 500
NO_SUCH_MAILBOX: Final = (550, 551, 553)
ALL: Final = 3
"""Commands before the content."""
Reply = tuple[int, bytes]


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


class SmtpMailer:
    """One connection, opened when needed, kept between mails, made anew after any trouble."""

    def __init__(self, url: str):
        self._server = Server.of(url)
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0

    def send(self, sender: str, recipient: str, source: bytes) -> Result:
        """Hand the mail over.

        A connection that ends before the final dot is answered leaves it unknown whether the
        server has the mail: it is sent again, with the same Message-ID.
        """
        try:
            connection = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Result("away", f"{type(error).__name__}: {error}")
        try:
            return self._dialogue(connection, sender, recipient, source)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Result("deferred", f"{type(error).__name__}: {error}")

    def _dialogue(
        self, connection: smtplib.SMTP, sender: str, recipient: str, source: bytes
    ) -> Result:
        # Written out: smtplib's own mail() and rcpt() read both addresses with its full parser.
        size = f" SIZE={len(source)}" if connection.has_extn("size") else ""
        commands = (f"MAIL FROM:<{sender}>{size}", f"RCPT TO:<{recipient}>", "DATA")
        replies = _ask(connection, commands)
        code, said = _first_refusal(replies) or self._content(connection, source)
        self._used_at = time.monotonic()
        reply = f"{code} {said.decode(errors='replace')}"
        if code < FIRST_TEMPORARY:
            return Result("sent", reply)
        if code == 421:
            self._drop()
            return Result("deferred", reply)
        connection.rset()
        if replies[0][0] < FIRST_TEMPORARY and replies[1][0] in NO_SUCH_MAILBOX:
            return Result("bounced", reply)
        return Result("failed" if code >= FIRST_PERMANENT else "deferred", reply)

    @staticmethod
    def _content(connection: smtplib.SMTP, source: bytes) -> Reply:
        """The mail with its dots doubled (RFC 5321, 4.5.2); smtplib takes long for it."""
        ended = source if source.endswith(b"\r\n") else source + b"\r\n"
        connection.send(ended.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        return connection.getreply()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None:
            if time.monotonic() - self._used_at < KEPT_SECONDS:
                return self._connection
            if self._is_alive(self._connection):
                return self._connection
            self._drop()
        self._connection = self._open()
        self._used_at = time.monotonic()
        return self._connection

    @staticmethod
    def _is_alive(connection: smtplib.SMTP) -> bool:
        try:
            code, _ = connection.noop()
        except (OSError, smtplib.SMTPException):
            return False
        return code == 250

    def _open(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        connection: smtplib.SMTP
        if server.is_encrypted:
            connection = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        connection.ehlo()
        if not server.is_encrypted and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        if server.user:
            connection.login(server.user, server.password)
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def close(self) -> None:
        """Say goodbye, if still connected."""
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()
            self._connection = None


def _ask(connection: smtplib.SMTP, commands: Sequence[str]) -> list[Reply]:
    """What the server says to MAIL, RCPT and DATA: to all at once where it takes that (RFC 2920).

    Else up to the first that it refuses. Nothing is left open but a mail that it waits for.
    """
    if any("\r" in each or "\n" in each for each in commands):
        raise ValueError("an address has a line break in it")
    replies: list[Reply] = []
    if connection.has_extn("pipelining"):
        connection.send("".join(f"{each}\r\n" for each in commands))
        replies += (connection.getreply() for _ in commands)
        if replies[-1][0] == GO_AHEAD and _first_refusal(replies[:-1]):
            # It waits for a mail to nobody: the dot alone ends that.
            connection.send(".\r\n")
            connection.getreply()
        return replies
    for each in commands:
        replies.append(connection.docmd(each))
        if _first_refusal(replies):
            break
    return replies


def _first_refusal(replies: Sequence[Reply]) -> Reply | None:
    """What else is not understood as an answer is one too, and may pass."""
    for code, said in replies:
        if code >= FIRST_TEMPORARY:
            return code, said
    if len(replies) == ALL and replies[-1][0] != GO_AHEAD:
        return FIRST_TEMPORARY, replies[-1][1]
    return None

"""What is said to a mail server for one mail, and what its answers mean (RFC 5321, RFC 2920)."""

from collections.abc import Callable, Sequence
from typing import Final

from services.notifications.gateways.mailer import Mail, Result

GO_AHEAD: Final = 354
CLOSING: Final = 421
FIRST_TEMPORARY: Final = 400
FIRST_PERMANENT: Final = 500
NO_SUCH_MAILBOX: Final = (550, 551, 553)
ALL: Final = 3
"""Commands before the content."""
LONGEST_REPLY: Final = 100_000
Reply = tuple[int, bytes]


class Dialogue:
    """One mail's, without the connection: `opening` is said first, then what `hear` answers.

    takes_all_at_once: the server takes the envelope's commands without waiting (PIPELINING).
    """

    def __init__(self, mail: Mail, *, has_size: bool, takes_all_at_once: bool):
        """Raise ValueError for an address with a line break in it."""
        size = f" SIZE={len(mail.source)}" if has_size else ""
        commands = (f"MAIL FROM:<{mail.sender}>{size}", f"RCPT TO:<{mail.recipient}>", "DATA")
        if any("\r" in each or "\n" in each for each in commands):
            raise ValueError("an address has a line break in it")
        self._source = mail.source
        self._at_once = takes_all_at_once
        self._commands = [f"{each}\r\n".encode() for each in commands]
        self._replies: list[Reply] = []
        # No bound methods: a cycle would keep the mail until garbage is looked for.
        self._hear: Callable[[Dialogue, Reply], bytes] = Dialogue._hear_envelope
        self.result: Result | None = None
        self.is_over = False
        self.closes = False

    @property
    def opening(self) -> bytes:
        """What is said before anything is heard."""
        return b"".join(self._commands) if self._at_once else self._commands[0]

    def hear(self, reply: Reply) -> bytes:
        """What to say to this answer; it is over once `is_over` is set."""
        return self._hear(self, reply)

    def _hear_envelope(self, reply: Reply) -> bytes:
        self._replies.append(reply)
        if reply[0] == CLOSING:
            return self._refused(reply)
        refusal, heard = _first_refusal(self._replies), len(self._replies)
        if not self._at_once:
            if refusal:
                return self._refused(refusal)
            return self._commands[heard] if heard < ALL else self._content()
        if heard < ALL:
            return b""
        if refusal is None:
            return self._content()
        if reply[0] == GO_AHEAD:
            # It waits for a mail to nobody: the dot alone ends that.
            self._hear = lambda dialogue, _: dialogue._refused(refusal)
            return b".\r\n"
        return self._refused(refusal)

    def _content(self) -> bytes:
        """The mail with its dots doubled (RFC 5321, 4.5.2)."""
        self._hear = Dialogue._hear_end
        source = self._source
        ended = source if source.endswith(b"\r\n") else source + b"\r\n"
        return ended.replace(b"\r\n.", b"\r\n..") + b".\r\n"

    def _hear_end(self, reply: Reply) -> bytes:
        if reply[0] >= FIRST_TEMPORARY:
            return self._refused(reply)
        self.result, self.is_over = Result("sent", _text(reply)), True
        return b""

    def _refused(self, reply: Reply) -> bytes:
        self.result = self._meaning(reply)
        self._hear = Dialogue._hear_reset
        if reply[0] == CLOSING:
            self.is_over = self.closes = True
            return b""
        return b"RSET\r\n"

    def _meaning(self, reply: Reply) -> Result:
        code, text = reply[0], _text(reply)
        to_sender, *to_recipient = [each for each, _ in self._replies[:2]]
        if to_sender < FIRST_TEMPORARY and to_recipient and to_recipient[0] in NO_SUCH_MAILBOX:
            return Result("bounced", text)
        return Result("failed" if code >= FIRST_PERMANENT else "deferred", text)

    def _hear_reset(self, _: Reply) -> bytes:
        self.is_over = True
        return b""


class Replies:
    """A server's answers out of what was read so far."""

    def __init__(self) -> None:
        self._left = b""
        self._lines: list[bytes] = []

    def take(self, read: bytes) -> list[Reply]:
        """Those that are complete now. Raises ValueError for what is no SMTP."""
        *lines, self._left = (self._left + read).split(b"\n")
        if len(self._left) + sum(map(len, self._lines)) > LONGEST_REPLY:
            raise ValueError("an answer without end")
        found = []
        for line in lines:
            self._lines.append(line[4:].strip())
            if line[3:4] == b"-":
                continue
            if not line[:3].isdigit():
                raise ValueError(f"no answer of a mail server: {line[:80]!r}")
            found.append((int(line[:3]), b"\n".join(self._lines)))
            self._lines = []
        return found


def _text(reply: Reply) -> str:
    return f"{reply[0]} {reply[1].decode(errors='replace')}"


def _first_refusal(replies: Sequence[Reply]) -> Reply | None:
    """What else is not understood as an answer is one too, and may pass."""
    for code, said in replies:
        if code >= FIRST_TEMPORARY:
            return code, said
    if len(replies) == ALL and replies[-1][0] != GO_AHEAD:
        return FIRST_TEMPORARY, replies[-1][1]
    return None

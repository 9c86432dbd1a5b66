"""A mail server that notes when each mail arrived, in a process of its own and at little cost.

It takes every mail, keeps none, and prints the recipient and the instant of the final dot.
"""

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.support.ports import HOST, free_port
from tests.support.running import ROOT
from tests.support.smtp_sink import Mail, SmtpSink

LINE_END = b"\r\n"
LAST_DOT = b"\r\n.\r\n"


class _Taking(asyncio.Protocol):
    """One connection (RFC 5321); answers 250 to everything that it need not understand."""

    def __init__(self) -> None:
        self._got = b""
        self._recipient = ""
        self._is_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._say("220 bench.invalid")

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := LAST_DOT if self._is_mail else LINE_END) in self._got:
            line, _, self._got = self._got.partition(end)
            if self._is_mail:
                self._is_mail = False
                print(self._recipient, time.monotonic(), flush=True)
                self._say("250 taken")
            else:
                self._obey(line.decode(errors="replace"))

    def _obey(self, line: str) -> None:
        verb = line[:4].upper()
        if verb == "EHLO":
            self._say("250-bench.invalid\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
        elif verb == "DATA":
            self._is_mail = True
            self._say("354 go on")
        elif verb == "QUIT":
            self._say("221 bye")
            self._transport.close()
        else:
            if verb == "RCPT":
                self._recipient = line.partition("<")[2].partition(">")[0]
            self._say("250 ok")

    def _say(self, line: str) -> None:
        self._transport.write(line.encode() + LINE_END)


async def _serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Taking, HOST, port)
    print("ready", time.monotonic(), flush=True)
    async with server:
        # Whoever started us holds our input open: we end with them.
        await loop.run_in_executor(None, sys.stdin.read)


class Arrivals(SmtpSink):
    """The process, seen from the bench: address → when its first mail arrived (monotonic)."""

    def __init__(self) -> None:
        self.host, self.port = HOST, free_port()
        self.times: dict[str, float] = {}
        self.count = 0
        self._process: subprocess.Popen[str] | None = None
        self._news = threading.Condition()

    def start(self) -> "Arrivals":
        """Return once it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.arrivals", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(ROOT),
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("ready")
        threading.Thread(target=self._read, name="arrivals", daemon=True).start()
        return self

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            address, _, instant = line.rpartition(" ")
            with self._news:
                self.times.setdefault(address, float(instant))
                self.count += 1
                self._news.notify_all()

    def wait_for(self, address: str, *, seconds: float = 60) -> float:  # type: ignore[override]
        """When the mail to the address arrived, once it has. Raises AssertionError."""
        with self._news:
            came = self._news.wait_for(lambda: address in self.times, seconds)
        assert came, f"no mail to {address} in {seconds:g} s"
        return self.times[address]

    def wait_for_count(self, count: int, *, seconds: float = 600) -> None:
        """Until so many mails have arrived in all. Raises AssertionError."""
        with self._news:
            came = self._news.wait_for(lambda: self.count >= count, seconds)
        assert came, f"{self.count} of {count} mails came in {seconds:g} s"

    def mails_to(self, _: str) -> list[Mail]:
        """None: they are not kept."""
        return []

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(10)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))

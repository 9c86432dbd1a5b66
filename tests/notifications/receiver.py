"""A server that webhooks are posted to, and that misbehaves on demand."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


def plainly(door: BaseHTTPRequestHandler, status: int = 200, body: bytes = b"thanks") -> None:
    door.send_response(status)
    door.send_header("Content-Length", str(len(body)))
    door.end_headers()
    door.wfile.write(body)


@dataclass
class Receiver:
    """got: headers and body of each post. answer: what it does then."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: Answer = plainly


def answering(status: int, **headers: str) -> Answer:
    def answer(door: BaseHTTPRequestHandler) -> None:
        door.send_response(status)
        for name, value in headers.items():
            door.send_header(name.replace("_", "-"), value)
        door.send_header("Content-Length", "0")
        door.end_headers()

    return answer


def dripping(door: BaseHTTPRequestHandler) -> None:
    """A header a moment, for ever: each read is short, all of them are not."""
    door.send_response(200)
    try:
        for number in range(1000):
            door.wfile.write(f"X-{number}: drip\r\n".encode())
            door.wfile.flush()
            time.sleep(0.02)
    except OSError:
        return


def flooding(door: BaseHTTPRequestHandler) -> None:
    door.send_response(200)
    door.end_headers()
    try:
        while True:
            door.wfile.write(b"x" * 65536)
    except OSError:
        return


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append((headers, body))
            receiver.answer(self)

        def do_GET(self) -> None:
            receiver.got.append(({}, b"GET"))
            plainly(self)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    yield receiver
    server.shutdown()
    server.server_close()

"""gunicorn's threads, each taking the next request by itself, and evenly spread over the workers.

In gunicorn's own `gthread` one thread waits for all connections and hands each request to another
and back; and whichever worker wakes first takes all who come at once, on one processor
(docs/decisions/0030).
"""

import mmap
import os
import select
import socket
import time
from typing import Any, Final

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

ONE_REQUEST: Final = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLONESHOT
LEAVING_SECONDS: Final = 0.001
LEAVING_TIMES: Final = 10
"""So often a connection is left to a worker with fewer, which may be too busy to take it."""
# Shared with all forked workers: of each one more than its connections; 0 where none accepts.
COUNTS: Final = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("i")


class _Joining(socket.socket):
    """Sends the head of a response together with its first bytes."""

    _head = b""

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send it, unless it is a head and nothing but that, and not of an interim answer."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1.") and data.endswith(b"\r\n\r\n") and data[9:10] != b"1":
            self._head = data
            return
        super().sendall(data, flags)

    def sendfile(self, *given: Any, **named: Any) -> int:
        """Send a file, after the head."""
        self.send_head()
        return super().sendfile(*given, **named)

    def send_head(self) -> None:
        """Send the head of a response without a body."""
        if self._head:
            self.sendall(b"")


class Worker(ThreadWorker):
    """As ThreadWorker, whose main thread only accepts, looks at the time, and ends it."""

    def __init__(self, age: int, *rest: Any) -> None:
        super().__init__(age, *rest)
        self._place = age % len(COUNTS)
        self._left = 0
        self._closes_all_at = float("inf")
        self._idle: dict[int, Any] = {}

    def init_process(self) -> None:
        """In the worker's own process: open what its threads wait at, and run."""
        self._ready = select.epoll()
        self._ended = os.eventfd(0)
        self._ready.register(self._ended, select.EPOLLIN)
        super().init_process()

    def run(self) -> None:
        """Until the worker is told to stop and its connections are closed, or patience ends."""
        for _ in range(self.cfg.threads):
            self.tpool.submit(self._take_requests)
        try:
            super().run()
        finally:
            os.eventfd_write(self._ended, 1)

    def _take_requests(self) -> None:
        while True:
            [(fd, _)] = self._ready.poll(maxevents=1)
            if fd == self._ended:
                return
            connection = self._idle.pop(fd, None)
            if connection is not None:  # else its time was over
                self._take(connection, fd)

    def _take(self, connection: Any, fd: int) -> None:
        try:
            is_kept = self.handle(connection)
            while is_kept and connection.parser.unreader.buf.getvalue():
                is_kept = self.handle(connection)
            if is_kept:
                self._await(connection, fd, self._ready.modify)
                return
        except Exception:
            self.log.exception("A connection could not be served.")
            self._idle.pop(fd, None)
        connection.close(graceful=True)  # which may wait for the client: not the main thread
        self.method_queue.defer(self._closed)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer the request; whether the connection may be kept."""
        may_be_kept = super().handle_request(req, conn)
        conn.sock.send_head()
        return may_be_kept

    def _await(self, connection: Any, fd: int, watch: Any) -> None:
        connection.set_timeout()
        self._idle[fd] = connection
        watch(fd, ONE_REQUEST)

    def enqueue_req(self, conn: Any) -> None:
        """Wait for the first request of a new connection."""
        conn.data_ready = True  # once a thread has it
        conn.sock = _Joining(fileno=conn.sock.detach())
        self._await(conn, conn.sock.fileno(), self._ready.register)

    def accept(self, listener: Any) -> None:
        """Take the next connection, unless another worker has fewer and takes it by itself."""
        if self._left < LEAVING_TIMES and any(
            0 < others <= self.nr_conns for others in COUNTS.tolist()
        ):
            self._left += 1
            time.sleep(LEAVING_SECONDS)
            return
        self._left = 0
        super().accept(listener)
        self._tell()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept or not, and let the other workers know."""
        super().set_accept_enabled(enabled)
        self._tell()

    def murder_keepalived(self, force: bool = False) -> None:
        """Close connections that were idle for too long; while stopping, sooner."""
        now = time.monotonic()
        if not self.alive:
            self._closes_all_at = min(self._closes_all_at, now + STOP_KEEPALIVE_LINGER)
        for fd, connection in list(self._idle.items()):
            is_over = force or min(connection.timeout, self._closes_all_at) <= now
            if is_over and self._idle.pop(fd, None) is not None:
                connection.close()
                self._closed()

    def _closed(self) -> None:
        self.nr_conns -= 1
        self._tell()

    def _tell(self) -> None:
        COUNTS[self._place] = self.nr_conns + 1 if self._accepting else 0

    def be_gone(self) -> None:
        """Say for a worker that has ended that it accepts nothing more."""
        COUNTS[self._place] = 0

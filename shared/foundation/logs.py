"""Structured logs: one JSON object a line on standard error, with request and trace ids."""

import logging
import random
import re
import sys
from contextlib import AbstractContextManager, suppress
from typing import Any, Final, TextIO, cast

from shared.foundation.later import absent

# It would read rich and pygments, 5 MB, for traces in colours that nobody sees.
with absent("rich"):
    import structlog

TRACEPARENT: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


class _BestEffort:
    """A stream whose writing fails nobody's work: where the disk is full, lines are lost."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def configure_logs(*, level: str = "INFO", service: str | None = None) -> None:
    """Write JSON lines from `level` up; every line carries what `bind_trace` bound."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", _BestEffort(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    if service:
        structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=max(threshold, logging.WARNING), format="%(name)s: %(message)s")


def get_logger() -> structlog.stdlib.BoundLogger:
    """A logger whose calls take an action's name and keyword facts."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger


def traceparent_of(header: str | None) -> str:
    """The header if it is a W3C traceparent, else a new one."""
    if header and TRACEPARENT.fullmatch(header):
        return header
    # Not secret, so not of the system: asking it gives way to other threads each time.
    return f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-01"


def bind_trace(*, request_id: str, traceparent: str) -> None:
    """Put both ids, and nothing of before, on every line that this context logs from now on."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        request_id=request_id, trace_id=traceparent.split("-")[1], traceparent=traceparent
    )


def bound(**facts: Any) -> AbstractContextManager[None]:
    """Put facts on every line that this context logs within."""
    return structlog.contextvars.bound_contextvars(**facts)


def current_traceparent() -> str:
    """The traceparent of this context, or a new one."""
    return traceparent_of(structlog.contextvars.get_contextvars().get("traceparent"))

"""A small WSGI app, for tests of how gunicorn serves: what each path does is its name."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Start = Callable[[str, list[tuple[str, str]]], object]


def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Answer with the process's number, unless the path says otherwise."""
    path = environ["PATH_INFO"]
    if path == "/failing":
        raise ValueError("as asked")
    if path == "/empty":
        start("204 No Content", [])
        return []
    if path == "/bit-by-bit":
        start("200 OK", [("Content-Length", "6")])
        return _bit_by_bit()
    if path == "/file":
        size = Path(__file__).stat().st_size
        start("200 OK", [("Content-Length", str(size))])
        file = Path(__file__).open("rb")  # noqa: SIM115 gunicorn closes it
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](file)
        return wrapped
    if path == "/echo":
        body = environ["wsgi.input"].read()
    elif path == "/scheme":
        body = environ["wsgi.url_scheme"].encode()
    else:
        time.sleep(1.0 if path == "/slow" else 0)
        body = str(os.getpid()).encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def _bit_by_bit() -> Iterator[bytes]:
    yield b"one"
    time.sleep(1)
    yield b"two"

"""The site's own files over the wire: stylesheet, scripts and pictures go out as gzip.

Pages don't: what is secret in one beside what a stranger may write into it can be guessed from its
packed length (BREACH), while these files are the same for everyone.
"""

import gzip
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Response, request

GZIP: Final = "gzip"
PACKED: Final = (".css", ".js", ".svg")


@cache
def _packed(path: Path, changed_ns: int) -> bytes:  # noqa: ARG001 a changed file is another
    return gzip.compress(path.read_bytes(), mtime=0)


def packed(response: Response, path: Path) -> Response:
    """The file's answer, as gzip for whoever takes it; caches are told that there are both."""
    if path.suffix not in PACKED:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != HTTPStatus.OK or not request.accept_encodings.quality(GZIP):
        return response
    etag, _ = response.get_etag()
    response.close()
    response.direct_passthrough = False
    response.set_data(_packed(path, path.stat().st_mtime_ns))
    response.content_encoding = GZIP
    if etag is not None:
        # The same file in another coding is not the same to the byte (RFC 9110, section 8.8.3.3).
        response.set_etag(etag, weak=True)
    return response

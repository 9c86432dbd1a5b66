"""Posting to strangers' servers over HTTP without being led inside (OWASP: SSRF).

No redirect is followed, no proxy asked, and an attempt ends after a fixed time, however slowly the
other side speaks.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from services.notifications.gateways.mailer import Result
from shared.foundation.addresses import is_loopback, is_open_internet
from shared.foundation.later import Later

if TYPE_CHECKING:
    import httpcore2

    from services.notifications.gateways import pinning
else:
    httpcore2, pinning = Later("httpcore2"), Later("services.notifications.gateways.pinning")

TOTAL_SECONDS: Final = 15.0
KEPT_ANSWER_BYTES: Final = 1024
BUSY: Final = (408, 425, 429)
"""Answers that ask for another try, beside those of a server in trouble."""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What came of a post. status: HTTP's; None: none came, and detail says why."""

    status: int | None
    duration_ms: int
    answer: str = ""
    detail: str = ""
    retry_after_seconds: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Poster:
    """Posts webhooks. to_loopback: this machine itself may be posted to, by http too."""

    to_loopback: bool = False
    total_seconds: float = TOTAL_SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """One attempt; whatever goes wrong is told in the answer."""
        began = time.monotonic()
        try:
            status, answer, retry_after = self._post(url, body, headers, began)
        except httpcore2.TimeoutException:
            return Posted(status=None, duration_ms=_since(began), detail="it took too long")
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError, ValueError) as error:
            detail = str(error) or type(error).__name__
            return Posted(status=None, duration_ms=_since(began), detail=detail[:300])
        return Posted(
            status=status,
            duration_ms=_since(began),
            answer=answer.decode("utf-8", "replace").replace("\x00", ""),
            detail="" if 200 <= status < 300 else f"HTTP {status}",
            retry_after_seconds=retry_after,
        )

    def _may_reach(self, address: str) -> bool:
        return is_open_internet(address) or (self.to_loopback and is_loopback(address))

    def _only_loopback(self, address: str) -> bool:
        return self.to_loopback and is_loopback(address)

    def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], began: float
    ) -> tuple[int, bytes, int]:
        is_plain = urlsplit(url).scheme != "https"
        may_reach = self._only_loopback if is_plain else self._may_reach
        backend = pinning.Pinned(may_reach, began + self.total_seconds)
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self.total_seconds)
        with (
            httpcore2.ConnectionPool(ssl_context=pinning.tls(), network_backend=backend) as pool,
            pool.stream(
                "POST", url, headers=sent, content=body, extensions={"timeout": limits}
            ) as got,
        ):
            answer = b""
            for part in got.iter_stream():
                answer += part
                if len(answer) >= KEPT_ANSWER_BYTES:
                    break
            found = dict(got.headers)
        after = found.get(b"Retry-After") or found.get(b"retry-after") or b""
        return got.status, answer[:KEPT_ANSWER_BYTES], seconds_of(after.decode("latin-1"))


def seconds_of(retry_after: str) -> int:
    """What a Retry-After asks for: seconds, or until a date (RFC 9110, 10.2.3); 0 for neither."""
    asked = retry_after.strip()
    if asked.isascii() and asked.isdigit():
        return int(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return 0
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, round(aware.timestamp() - time.time()))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def result_of(posted: Posted, *, gone: Collection[int]) -> Result:
    """What became of a notice. gone: answers by which its address is no longer good."""
    if posted.status is None:
        return Result("deferred", posted.detail)
    said = f"HTTP {posted.status}"
    if posted.is_success:
        return Result("sent", said)
    if posted.status in gone:
        return Result("bounced", said)
    is_trouble = posted.status in BUSY or posted.status >= 500
    if not is_trouble:
        return Result("failed", said)
    return Result("deferred", said, posted.retry_after_seconds)

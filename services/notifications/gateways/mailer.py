"""What a mailer is: hands mails over, and says what became of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Outcome = Literal["sent", "deferred", "bounced", "failed", "suppressed", "away"]


@dataclass(frozen=True)
class Mail:
    """One to hand over. source: its RFC 5322 text, lines ending in CRLF."""

    sender: str
    recipient: str
    source: bytes


@dataclass(frozen=True)
class Result:
    """What the server said. away: nobody could be reached, so it says nothing of this mail.

    suppressed: it was not asked, since there is no address any more. retry_after_seconds: so long
    it asks to be left alone.
    """

    outcome: Outcome
    detail: str = ""
    retry_after_seconds: int = 0


Results = Mapping[int, Result]
"""Place of a mail among those that were given → what became of it."""


class Mailer(Protocol):
    """Its connections are kept; used by one thread at a time."""

    def send(self, mails: Sequence[Mail]) -> Iterator[Results]:
        """Hand them over side by side. Results come as soon as they are known, several together.

        Those without any were not begun, since nobody could be reached.
        """
        ...

    def close(self) -> None:
        """End the connections politely."""
        ...

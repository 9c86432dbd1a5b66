"""What a mailer is: hands one mail over, and says what became of it."""

from dataclasses import dataclass
from typing import Literal, Protocol

Outcome = Literal["sent", "deferred", "bounced", "failed", "suppressed", "away"]


@dataclass(frozen=True)
class Result:
    """What the server said. away: nobody could be reached, so it says nothing of this mail.

    suppressed: it was not asked, since there is no address any more.
    """

    outcome: Outcome
    detail: str = ""


class Mailer(Protocol):
    """One kept connection; used by one thread at a time."""

    def send(self, sender: str, recipient: str, source: bytes) -> Result:
        """Hand the mail over. source: its RFC 5322 text, lines ending in CRLF."""
        ...

    def close(self) -> None:
        """End the connection politely."""
        ...

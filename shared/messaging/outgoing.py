"""What goes out: a told message on its way, and what the broker said about a batch."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from shared.contracts.message import MESSAGES

CONTENT_TYPE: Final = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A told message on its way. routing_key: its type, unless it goes to one hearer alone."""

    number: int
    id: UUID
    type: str
    subject: UUID
    envelope: str
    routing_key: str = ""

    @property
    def is_awaited(self) -> bool:
        """Whether somebody is listed to hear it; a message to nobody need not reach a queue."""
        kind = MESSAGES.get(self.type)
        return bool(self.routing_key) or kind is None or bool(kind.hearers)

    @property
    def key(self) -> str:
        """What it is routed by."""
        return self.routing_key or self.type


@dataclass
class Outcome:
    """What the broker said. returned: no queue matched. error: why the rest is unconfirmed."""

    confirmed: set[int] = field(default_factory=set)
    returned: set[int] = field(default_factory=set)
    error: Exception | None = None

"""What every message is, and its envelope: CloudEvents 1.0, structured JSON."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from shared.contracts.schemas import schema_of
from shared.foundation.clock import rfc3339
from shared.foundation.failures import Invalid

SERVICES: Final = ("members", "events", "notifications")
MESSAGES: Final[dict[str, type["Message"]]] = {}
"""Every message kind by its CloudEvents type, such as `plenary.events.seat_offered.v1`."""


class Message:
    """Something that happened, told by one service. Kinds are frozen dataclasses."""

    teller: ClassVar[str]
    hearers: ClassVar[tuple[str, ...]]
    type: ClassVar[str]
    is_urgent: ClassVar[bool] = False
    """Has a queue of its own at each hearer, so that no import or announcement delays it."""

    @property
    def subject(self) -> UUID:
        """The id of the aggregate that this happened to; its messages keep their order."""
        raise NotImplementedError


Kind = TypeVar("Kind", bound=type[Message])


def told_by(
    teller: str, *, hearers: tuple[str, ...], version: int = 1, is_urgent: bool = False
) -> Callable[[Kind], Kind]:
    """Register a message kind. No hearers: public, for integrators and webhooks only.

    An urgent kind overtakes others: its reactions must need nothing that these tell.
    """

    def register(kind: Kind) -> Kind:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
        kind.teller, kind.hearers, kind.is_urgent = teller, hearers, is_urgent
        kind.type = f"plenary.{teller}.{name}.v{version}"
        if kind.type in MESSAGES:
            raise ValueError(f"two messages named {kind.type}")
        MESSAGES[kind.type] = kind
        return kind

    return register


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message with its envelope's facts. time: when it happened, aware UTC."""

    id: UUID
    message: Message
    time: datetime
    traceparent: str


def data_schema_of(kind: type[Message]) -> str:
    """The name of the schema of a message's data."""
    return f"urn:plenary:message:{kind.type}"


def to_envelope(told: Told) -> dict[str, Any]:
    """The CloudEvents object as plain JSON values (CloudEvents 1.0, JSON format)."""
    message = told.message
    return {
        "specversion": "1.0",
        "id": str(told.id),
        "type": message.type,
        "source": f"/{message.teller}",
        "subject": str(message.subject),
        "time": rfc3339(told.time),
        "datacontenttype": "application/json",
        "dataschema": data_schema_of(type(message)),
        "traceparent": told.traceparent,
        "data": schema_of(type(message)).dump(message),
    }


class UnknownMessage(Invalid):
    """An envelope of a kind or version that this release does not know."""

    default_code = "unknown_message"


def from_envelope(envelope: dict[str, Any]) -> Told:
    """Read an envelope. Raises UnknownMessage, or marshmallow's ValidationError for bad data."""
    kind = MESSAGES.get(envelope.get("type", ""))
    if kind is None or envelope.get("source") != f"/{kind.teller}":
        raise UnknownMessage(
            f"No message of type {envelope.get('type')!r} is told by {envelope.get('source')!r}."
        )
    return Told(
        id=UUID(envelope["id"]),
        message=schema_of(kind).load(envelope["data"]),
        time=datetime.fromisoformat(envelope["time"]),
        traceparent=str(envelope.get("traceparent", "")),
    )

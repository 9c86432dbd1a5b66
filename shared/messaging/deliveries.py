"""From the bytes that a broker delivers to a message, or to a poison with its reason."""

import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from marshmallow import ValidationError

from shared.contracts.message import Told, UnknownMessage, from_envelope
from shared.foundation.ids import find_id
from shared.messaging.topology import exchange_of

_UNREADABLE: Final = (ValidationError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came. user: the broker's checked user_id property, where it was set."""

    body: bytes | str
    exchange: str
    message_id: str | None = None
    user: str | None = None


@dataclass(frozen=True)
class Poison:
    """What can't be read. id: None where even that is unknown."""

    id: UUID | None
    type: str
    source: str
    body: str
    error: str


@dataclass(frozen=True)
class Readable:
    """A message, and the text that it was read from."""

    told: Told
    body: str


class Untrusted(UnknownMessage):
    """The message came by an exchange or from a user that its teller does not use."""

    default_code = "untrusted_message"


def read(delivery: Delivery) -> Readable | Poison:
    """Never raises."""
    try:
        body = _text(delivery.body)
        told = from_envelope(json.loads(body))
        _require_teller(delivery, told.message.teller)
        return Readable(told, body)
    except (UnknownMessage, *_UNREADABLE) as error:
        return _poison(delivery, error)


def _text(body: bytes | str) -> str:
    return body if isinstance(body, str) else body.decode()


def _require_teller(delivery: Delivery, teller: str) -> None:
    if delivery.exchange != exchange_of(teller):
        raise Untrusted(f"Told by {teller}, but it came by exchange {delivery.exchange!r}.")
    if delivery.user not in (None, teller, "guest"):
        raise Untrusted(f"Told by {teller}, but {delivery.user!r} sent it.")


def _poison(delivery: Delivery, error: Exception) -> Poison:
    envelope = _envelope(delivery.body)
    return Poison(
        id=find_id(envelope.get("id")) or find_id(delivery.message_id),
        type=str(envelope.get("type", "")),
        source=str(envelope.get("source", "")),
        body=printable(delivery.body),
        error=described(error),
    )


def _envelope(body: bytes | str) -> dict[str, Any]:
    try:
        envelope = json.loads(_text(body))
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}


def printable(body: bytes | str) -> str:
    """The body as text that any database keeps: odd bytes as `\\xNN`."""
    text = body if isinstance(body, str) else body.decode("utf-8", "backslashreplace")
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def described(error: BaseException) -> str:
    """The error in one line with the place it was raised at, without a statement's values."""
    # SQLAlchemy's own text quotes the parameters: personal data, kept for years.
    cause = getattr(error, "orig", None) or error
    where, trace = "", error.__traceback__
    while trace is not None:
        frame = trace.tb_frame.f_code
        where = f" ({frame.co_filename.rpartition('/')[2]}:{trace.tb_lineno})"
        trace = trace.tb_next
    return printable(f"{type(cause).__name__}: {cause}"[:1000] + where)

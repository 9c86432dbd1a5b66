"""Tickets: a signed code that a scanner can check without asking anyone.

Code: `P1.` and base32 of version, key, registration, workshop and an Ed25519 signature (RFC 8032);
capitals and digits alone, so that a QR code of it stays small. To be typed by hand there is a
short code, the end of the registration's id; the door looks it up.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base

PREFIX: Final = "P1."
KEY_BYTES: Final = 4
SIGNED_BYTES: Final = KEY_BYTES + 16 + 16
SIGNATURE_BYTES: Final = 64
SHORT_BYTES: Final = 5
LOOKALIKES: Final = str.maketrans("018", "OIB")


class TicketKey(Base):
    """The Ed25519 key that signs the tickets of this installation; made by the migration.

    private_key, public_key: 32 raw bytes as URL-safe base64 without padding (as in RFC 8037).
    """

    __tablename__ = "ticket_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    private_key: Mapped[str]
    public_key: Mapped[str]
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Ticket:
    """What a ticket's code says."""

    registration_id: UUID
    workshop_id: UUID


class Signer:
    """Signs tickets. key_id: the key's; its first bytes stand in every code."""

    def __init__(self, key: TicketKey):
        self._key_id = key.id.bytes[-KEY_BYTES:]
        self._private = Ed25519PrivateKey.from_private_bytes(_unpacked(key.private_key))

    def sign(self, ticket: Ticket) -> str:
        """The ticket's code."""
        said = self._key_id + ticket.registration_id.bytes + ticket.workshop_id.bytes
        packed = base64.b32encode(said + self._private.sign(said)).decode()
        return PREFIX + packed.rstrip("=")


def read_code(code: str, public_keys: Mapping[UUID, str]) -> Ticket | None:
    """What the signed code says; None for one that none of the keys has signed."""
    packed = "".join(code.split()).upper()
    if not packed.startswith(PREFIX):
        return None
    packed = packed.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(packed + "=" * (-len(packed) % 8))
    except ValueError:
        return None
    said, signature = raw[:SIGNED_BYTES], raw[SIGNED_BYTES:]
    if len(signature) != SIGNATURE_BYTES:
        return None
    for key_id, public_key in public_keys.items():
        if key_id.bytes[-KEY_BYTES:] == said[:KEY_BYTES]:
            try:
                Ed25519PublicKey.from_public_bytes(_unpacked(public_key)).verify(signature, said)
            except InvalidSignature:
                return None
            ids = said[KEY_BYTES:]
            return Ticket(UUID(bytes=ids[:16]), UUID(bytes=ids[16:]))
    return None


def short_code(registration_id: UUID) -> str:
    """Eight characters to type, in two groups."""
    text = base64.b32encode(registration_id.bytes[-SHORT_BYTES:]).decode()
    return f"{text[:4]}-{text[4:]}"


def short_end(code: str) -> str | None:
    """The last ten hexadecimal digits of the id that a typed code means; None for no such code."""
    typed = "".join(each for each in code.upper() if each.isalnum()).translate(LOOKALIKES)
    try:
        return base64.b32decode(typed).hex() if len(typed) == SHORT_BYTES * 8 // 5 else None
    except ValueError:
        return None


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

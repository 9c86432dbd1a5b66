"""The token that every mail carries: its reader sets what they are told, without signing in.

It names the mail and nobody: of whom it tells is gone when they are erased.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Final
from uuid import UUID

PURPOSE: Final = b"plenary/notifications/preferences/"
ID_BYTES: Final = 16
SEAL_BYTES: Final = 16


def _seal(secret_key: str, identifier: bytes) -> bytes:
    return hmac.digest(secret_key.encode(), PURPOSE + identifier, hashlib.sha256)[:SEAL_BYTES]


def token_of(secret_key: str, delivery_id: UUID) -> str:
    """43 URL-safe characters that nobody else can make."""
    identifier = delivery_id.bytes
    packed = identifier + _seal(secret_key, identifier)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def find_delivery_id(secret_key: str, token: str) -> UUID | None:
    """Which mail's token it is; None for any other text."""
    try:
        packed = base64.urlsafe_b64decode(token.encode("ascii") + b"=")
    except (ValueError, binascii.Error):
        return None
    identifier, seal = packed[:ID_BYTES], packed[ID_BYTES:]
    if len(packed) != ID_BYTES + SEAL_BYTES:
        return None
    return (
        UUID(bytes=identifier) if hmac.compare_digest(seal, _seal(secret_key, identifier)) else None
    )

"""Signatures of webhooks, by Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature_of(secret: str, message_id: UUID, timestamp: int, body: bytes) -> str:
    """`v1,` and the signature in base64. timestamp: seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signed_headers(
    known: Iterable[str], message_id: UUID, body: bytes, *, now: datetime
) -> Mapping[str, str]:
    """The headers of a post, with a signature for each secret, the newest first."""
    timestamp = int(now.timestamp())
    signatures = [signature_of(secret, message_id, timestamp, body) for secret in known]
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/cloudevents+json",
        "user-agent": "Plenary-Webhooks/1.0",
    }

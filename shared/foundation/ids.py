"""Identifiers: UUIDv7 (RFC 9562), so that keys sort by the time they were made."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7."""
    return uuid7()


def find_id(text: object) -> UUID | None:
    """The identifier that it is, as text or already; None for anything else."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def new_secret() -> str:
    """128 random bits as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)

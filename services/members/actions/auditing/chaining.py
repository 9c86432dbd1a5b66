"""The chain: the canonical form of an entry, its digests and its hash."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from shared.foundation.clock import rfc3339

CHAINED: Final = (
    "chain",
    "position",
    "at",
    "actor",
    "acting_role",
    "acting_for",
    "grant_id",
    "act",
    "subject",
    "subject_id",
    "person_id",
    "organisation_id",
    "counterpart_id",
    "request_id",
    "facts_digest",
    "place_digest",
)
"""What an entry's hash is made of, in this order, after the hash of the entry before."""


def canonical(value: Any) -> str:
    """The value as JSON, always the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(salt: str, text: str) -> str:
    """SHA-256. The salt keeps a short text from being guessed once both are deleted."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def hash_of(values: Mapping[str, Any], before: str) -> str:
    """SHA-256 of the entry and of the hash before it, "" for a chain's first."""
    plain: list[Any] = [before]
    for name in CHAINED:
        value = values[name]
        if name == "at":
            value = rfc3339(value)
        plain.append(str(value) if isinstance(value, UUID) else value)
    return hashlib.sha256(canonical(plain).encode()).hexdigest()

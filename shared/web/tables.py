"""The tables of the web mechanism; each service has them in its own database."""

from typing import Final

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, Uuid

from shared.database import NAMING, Instant

metadata: Final = MetaData(naming_convention=NAMING)

idempotency_keys: Final = Table(
    "idempotency_keys",
    metadata,
    # SHA-256 of who asks, the route and the key.
    Column("key_hash", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("kept_at", Instant, nullable=False, index=True),
    comment="Answers to POSTs with an Idempotency-Key, kept 24 h",
)

signing_keys: Final = Table(
    "signing_keys",
    metadata,
    Column("key_id", Uuid, primary_key=True),
    Column("public_x", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("is_withdrawn", Boolean, nullable=False, default=False),
    comment="Copies of the public keys that members signs access tokens with",
)

revoked_sessions: Final = Table(
    "revoked_sessions",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("expires_at", Instant, nullable=False),
    comment="Sessions whose access tokens are refused",
)

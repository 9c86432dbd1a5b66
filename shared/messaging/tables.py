"""The tables of messaging; each service has them in its own database."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text, Uuid

from shared.database import NAMING, Instant

metadata: Final = MetaData(naming_convention=NAMING)

outbox: Final = Table(
    "outbox",
    metadata,
    # Rises with the commits of an aggregate, whose row is locked before its message is told.
    Column(
        "number",
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("envelope", Text, nullable=False),
    comment="Told and not yet confirmed by the broker",
    # Without it SQLite gives a number again once its row has been relayed.
    sqlite_autoincrement=True,
)

told_messages: Final = Table(
    "told_messages",
    metadata,
    Column("told_at", Instant, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("envelope", Text, nullable=False),
    Index(None, "id"),
    Index(None, "type"),
    comment="Confirmed by the broker; kept for replay, pruned by age",
    postgresql_partition_by="RANGE (told_at)",
)

inbox: Final = Table(
    "inbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("received_at", Instant, nullable=False),
    Index(None, "received_at"),
    comment="Messages whose effect is committed; kept 30 days or more",
)

kept_messages: Final = Table(
    "kept_messages",
    metadata,
    Column(
        "number",
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("id", Uuid, nullable=True, unique=True),
    Column("type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("subject", Uuid, nullable=True),
    # retrying | waiting (behind an earlier one of its subject) | parked
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=True),
    Column("received_at", Instant, nullable=False),
    Column("error", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "state", "next_try_at"),
    Index(None, "subject"),
    comment="Heard, but their reaction has not succeeded yet",
    sqlite_autoincrement=True,
)

forgotten_people: Final = Table(
    "forgotten_people",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("email", Text, nullable=True),
    # JSON: a list of names; an object of counts.
    Column("names", Text, nullable=False),
    Column("owns_address", Boolean, nullable=False),
    Column("counts", Text, nullable=False),
    Column("settles_at", Instant, nullable=False, index=True),
    comment="Erased a short while ago: gone over once more, and then forgotten here too",
)

message_audit: Final = Table(
    "message_audit",
    metadata,
    Column(
        "number",
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("message_id", Uuid, nullable=True),
    Column("detail", Text, nullable=False),
    comment="What operators did with messages: replay, discard",
)

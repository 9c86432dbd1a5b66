"""Where somebody is reached besides mail and the inbox: a chat, a phone, browsers."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base

UNCONFIRMED: Final = "unconfirmed"
ACTIVE: Final = "active"
ENDED: Final = "ended"
ONE_OF_EACH: Final = "state = 'active' AND channel IN ('chat', 'sms')"
ONE_BROWSER: Final = "state = 'active' AND channel = 'push'"


class Address(Base):
    """State: unconfirmed → active → ended; a browser's is active from the start.

    channel: chat, sms or push. kind: the service, such as `slack`. label: what is shown of it,
    without its secrets. sealed: all of it, sealed. address_hash: the same for the same address,
    and tells nothing of it. sealed_code: what confirms it, until code_until; tries_left: at
    guessing it. A person has one chat and one phone, and a browser is one person's.
    """

    __tablename__ = "channel_addresses"
    __table_args__ = (
        Index(None, "person_id", "state"),
        Index(
            "uq_channel_addresses_of_person",
            "person_id",
            "channel",
            unique=True,
            sqlite_where=text(ONE_OF_EACH),
            postgresql_where=text(ONE_OF_EACH),
        ),
        Index(
            "uq_channel_addresses_browser",
            "address_hash",
            unique=True,
            sqlite_where=text(ONE_BROWSER),
            postgresql_where=text(ONE_BROWSER),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    person_id: Mapped[UUID]
    channel: Mapped[str]
    kind: Mapped[str]
    label: Mapped[str]
    address_hash: Mapped[str]
    sealed: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    sealed_code: Mapped[str | None]
    code_until: Mapped[datetime | None]
    tries_left: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SentCode(Base):
    """That a code was sent: no more than some to one address, and for one person."""

    __tablename__ = "sent_codes"
    __table_args__ = (Index(None, "person_id", "at"), Index(None, "address_hash", "at"))

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    person_id: Mapped[UUID]
    address_hash: Mapped[str]
    at: Mapped[datetime]


class PushKey(Base):
    """The key pair that this installation shows push services (RFC 8292). One row, kept."""

    __tablename__ = "push_keys"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[str]
    sealed_private: Mapped[str]
    made_at: Mapped[datetime]

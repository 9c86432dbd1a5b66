"""Passkeys (WebAuthn level 2), and the challenges that were answered already."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class Passkey(Base):
    """A public key whose private half never leaves the person's device or keychain.

    credential_id, public_key: base64url. transports: list of text. is_synced: more devices have it.
    """

    __tablename__ = "passkeys"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int] = mapped_column(BigInteger())
    name: Mapped[str]
    transports: Mapped[list[Any]]
    is_synced: Mapped[bool]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsedChallenge(Base):
    """A challenge that was answered: it can't be answered again. Kept until it has expired."""

    __tablename__ = "used_challenges"
    __table_args__ = (Index(None, "expires_at"),)

    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]

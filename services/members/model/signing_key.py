"""The private keys that sign access tokens; their public halves are told to every service."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class SigningKey(Base):
    """An Ed25519 key (RFC 8037). It signs from `signs_from` until before `signs_until`.

    expires_at: when no token that it signed can be good any more.
    """

    __tablename__ = "private_signing_keys"
    __table_args__ = (Index(None, "signs_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    private_d: Mapped[str]
    public_x: Mapped[str]
    signs_from: Mapped[datetime]
    signs_until: Mapped[datetime]
    expires_at: Mapped[datetime]

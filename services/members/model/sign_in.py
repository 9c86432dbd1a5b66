"""Being signed in: sessions, attempts to sign in, and tokens that were mailed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class SignInSession(Base):
    """One browser or program that is signed in. secret_hash: SHA-256 of its long-lived cookie.

    address: the client's network address when it was last renewed.
    """

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index(None, "person_id"), Index(None, "expires_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    secret_hash: Mapped[str] = mapped_column(unique=True)
    agent: Mapped[str]
    address: Mapped[str] = mapped_column(default="", server_default="")
    opened_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    def is_live(self, now: datetime) -> bool:
        """Whether it still vouches for its person."""
        return self.revoked_at is None and self.expires_at > now


class Attempt(Base):
    """Somebody tried. account_hash: of the folded address; place: the client's network address."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index(None, "kind", "account_hash", "at"),
        Index(None, "kind", "place", "at"),
        Index(None, "at"),
    )

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    kind: Mapped[str]
    account_hash: Mapped[str]
    place: Mapped[str]
    at: Mapped[datetime]
    has_succeeded: Mapped[bool]


class MailedToken(Base):
    """A token that went out by mail, once usable. kind: sign_up, sign_in_link, password_reset.

    facts: what the asker typed at sign-up, whose person_id is None.
    """

    __tablename__ = "mailed_tokens"
    __table_args__ = (Index(None, "expires_at"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    facts: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

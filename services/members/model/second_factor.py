"""What is asked after the password: codes of an app (RFC 6238), and codes for when it is lost."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class CodeSecret(Base):
    """The secret that the app shares. confirmed_at None: set up, and not yet asked for.

    last_step: the time step of the last code that was taken; no code of it or before is good.
    """

    __tablename__ = "code_secrets"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed: Mapped[str]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger(), default=0)


class RecoveryCode(Base):
    """A code to sign in with once, without the app. code_hash: SHA-256 with the person's id."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]

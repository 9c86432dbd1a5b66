"""Committees and working groups of an organisation, and their seats."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.foundation.languages import Text

BODY_KINDS: Final = ("committee", "working_group")
SEAT_ROLES: Final = ("chair", "vice_chair", "secretary", "member", "observer")


class Body(Base):
    """organisation_id: whose body it is. dissolved_at: when it ended; its history stays."""

    __tablename__ = "bodies"
    __table_args__ = (Index(None, "organisation_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    names: Mapped[Text]
    created_at: Mapped[datetime]
    dissolved_at: Mapped[datetime | None]


class Seat(Base):
    """organisation_id: whose seat it is, which fills it; None: the body's organisation does.

    Who sits on it is an appointment of role `seat` with the seat's id.
    """

    __tablename__ = "seats"
    __table_args__ = (Index(None, "body_id", "id"), Index(None, "organisation_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("bodies.id"))
    role: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

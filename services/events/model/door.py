"""The door: lists of who may enter where, and every scan as it was made."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from shared.foundation.languages import Text

DIRECTIONS: Final = ("in", "out")
VERDICTS: Final = ("accepted", "repeated", "refused")


class CheckInList(Base):
    """Who may enter where: a room, a day, or the whole workshop.

    session_id: hours count over that session; None: over the workshop. secret: of the door's
    link, which whoever stands there opens on a phone, without an account.
    """

    __tablename__ = "check_in_lists"
    __table_args__ = (Index(None, "workshop_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"))
    titles: Mapped[Text]
    is_open: Mapped[bool] = mapped_column(default=True)
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one list, for the door's phones."""
        return link_token("door", self.id, self.secret)


class CheckIn(Base):
    """One scan, never changed. scan_id: the scanner's own; the same again is the same scan.

    registration_id: None where the code was nobody's here. reason: why it was refused or what it
    repeats. counts_at: when it counts for: the scanner's time, at the latest when it came.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        UniqueConstraint("workshop_id", "scan_id"),
        Index(None, "registration_id", "counts_at"),
        Index(None, "workshop_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    list_id: Mapped[UUID | None] = mapped_column(ForeignKey("check_in_lists.id"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    scan_id: Mapped[str]
    direction: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    scanned_at: Mapped[datetime]
    counts_at: Mapped[datetime]
    received_at: Mapped[datetime]
    actor: Mapped[str]

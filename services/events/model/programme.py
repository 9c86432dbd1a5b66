"""The programme of a workshop: sessions, the talks in them, and who gives them."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.foundation.languages import Text

PHOTO_NAME: Final = 16
"""Digits of its digest that a photo is called by."""


class Session(Base):
    """A dated part of a workshop."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "ends_after_start"),
        Index(None, "workshop_id", "starts_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    titles: Mapped[Text]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(default="")

    def is_within(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether all of it lies in the time, such as that of its workshop."""
        return starts_at <= self.starts_at and self.ends_at <= ends_at


class Speaker(Base):
    """Who speaks; names and the rest by language. photo: its content's digest in the folder."""

    __tablename__ = "speakers"
    __table_args__ = (Index(None, "workshop_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    person_id: Mapped[UUID | None]
    names: Mapped[Text]
    titles: Mapped[Text]
    affiliations: Mapped[Text]
    economy: Mapped[str | None]
    topics: Mapped[Text]
    photo: Mapped[str | None]

    @property
    def photo_path(self) -> str | None:
        """Of the photo, by its content: another photo has another address."""
        name = (self.photo or "")[:PHOTO_NAME]
        return f"/events/speakers/{self.id}/{name}.webp" if name else None


class Contribution(Base):
    """One talk in a session. co_speaker_ids: who gives it together with its speaker."""

    __tablename__ = "contributions"
    __table_args__ = (Index(None, "workshop_id", "id"), Index(None, "session_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"))
    speaker_id: Mapped[UUID | None] = mapped_column(ForeignKey("speakers.id"))
    titles: Mapped[Text]
    summary: Mapped[Text]
    co_speaker_ids: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")

    @property
    def speaker_ids(self) -> list[UUID]:
        """All who give it, the first one first."""
        first = [self.speaker_id] if self.speaker_id else []
        return [*first, *(UUID(each) for each in self.co_speaker_ids)]

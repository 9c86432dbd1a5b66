"""An announcement: written once, told to everybody in its audience, and proved afterwards."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base
from services.notifications.model.choices import ELSEWHERE
from shared.foundation.languages import Text

ANNOUNCEMENT: Final = "announcement"
"""The kind of its notifications."""
OPEN_STATES = ("approved", "snapshotting", "sending")
IS_OPEN = "state IN ('approved', 'snapshotting', 'sending')"


class Announcement(Base):
    """State: draft → approved → snapshotting → sending → complete or partly_failed.

    Also paused, while it is being sent, and cancelled. subject, body: Markdown by language, never
    changed. audience: as it was asked for. people: how many are in the snapshot; done_number: up to
    whom of them it is composed. next_at: when it goes on.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(
            "ix_announcements_open",
            "next_at",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    organisation_id: Mapped[UUID]
    author: Mapped[str]
    category: Mapped[str]
    subject: Mapped[Text]
    body: Mapped[Text]
    audience: Mapped[dict[str, Any]]
    channels: Mapped[list[Any]]
    send_at: Mapped[datetime | None]
    state: Mapped[str]
    people: Mapped[int]
    done_number: Mapped[int]
    next_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def workshop_id(self) -> str | None:
        """The workshop that it is about, where its audience is a roster."""
        found: str | None = self.audience.get("workshop_id")
        return found

    @property
    def leading_channels(self) -> tuple[str, ...]:
        """By which somebody is told or is not: by mail where it goes by mail."""
        if "mail" in self.channels:
            return ("mail",)
        return tuple(name for name in self.channels if name in ELSEWHERE) or ("inbox",)


class AnnouncementRecipient(Base):
    """One of the audience, as it was when sending began. number: from 1, in order.

    kind: `person`, or `attendance` of a guest; subject_id: its id. association_id: through which
    organisation they are in the audience.
    """

    __tablename__ = "announcement_recipients"
    __table_args__ = (
        Index(None, "announcement_id", "subject_id", unique=True),
        Index(None, "notification_id", unique=True),
    )

    announcement_id: Mapped[UUID] = mapped_column(ForeignKey("announcements.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    association_id: Mapped[UUID | None]
    notification_id: Mapped[UUID]

"""Materials of a workshop: slides, papers, pictures; the contents lie in a folder."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.foundation.languages import Text

SHOWN_TO: Final = ("everyone", "attendees", "organizers")


class Material(Base):
    """One file. digest: SHA-256 of its content, which names it in the folder.

    session_id, contribution_id, speaker_id: what it belongs to; none: the workshop.
    """

    __tablename__ = "materials"
    __table_args__ = (Index(None, "workshop_id", "id"), Index(None, "digest"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"))
    contribution_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributions.id"))
    speaker_id: Mapped[UUID | None] = mapped_column(ForeignKey("speakers.id"))
    titles: Mapped[Text]
    shown_to: Mapped[str]
    filename: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    created_at: Mapped[datetime]
    actor: Mapped[str]

"""Files that answer questions of registration forms; the contents lie in a folder."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from shared.foundation.ids import find_id


class AnswerFile(Base):
    """One file. digest: SHA-256 of its content, which names it in the folder.

    registration_id: whose answer it is; None of an upload that nobody has registered with yet,
    which is named by its token. secret: of that token.
    """

    __tablename__ = "answer_files"
    __table_args__ = (
        Index(None, "workshop_id", "id"),
        Index(None, "registration_id"),
        Index(None, "digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    question_key: Mapped[str]
    filename: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def token(self) -> str:
        """What an answer says to mean this upload."""
        return link_token("upload", self.id, self.secret)

    def as_answer(self) -> dict[str, Any]:
        """As it stands among a registration's answers."""
        return {
            "id": str(self.id),
            "filename": self.filename,
            "content_type": self.content_type,
            "size_bytes": self.size_bytes,
        }


def file_of(value: Any) -> UUID | None:
    """The id in a file's answer, or of its id alone; None for what is neither."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return find_id(found)

"""What events tells of certificates: who has learned what; the supply side of talent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.foundation.languages import Text


class EarnedCertificate(Base):
    """A copy. titles: of the workshop. person_id: None for a guest, or once they were erased.

    organisation_id: that they came from. capability_ids: lineages that the course taught, as
    texts, at staff_level and for job_kind.
    is_good: not revoked.
    """

    __tablename__ = "earned_certificates"
    __table_args__ = (Index(None, "person_id"), Index(None, "organisation_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    workshop_id: Mapped[UUID]
    course_id: Mapped[UUID | None]
    capability_ids: Mapped[list[Any]]
    staff_level: Mapped[str | None]
    job_kind: Mapped[str | None]
    titles: Mapped[Text]
    minutes: Mapped[int]
    is_good: Mapped[bool]
    issued_at: Mapped[datetime]

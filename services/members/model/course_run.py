"""What events tells of runs of courses: how many are on their way to a capability."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.foundation.languages import Text

CANCELLED: Final = "cancelled"
COUNTED: Final = ("planned", "seated", "attended", "certified")


class CourseRun(Base):
    """A copy; the id is the workshop's. capability_ids: lineages, as texts.

    counts: each with organisation_id (None: through none), planned, seated, attended, certified.
    """

    __tablename__ = "course_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    course_id: Mapped[UUID]
    course_names: Mapped[Text]
    capability_ids: Mapped[list[Any]]
    staff_level: Mapped[str]
    job_kind: Mapped[str]
    host_id: Mapped[UUID]
    titles: Mapped[Text]
    state: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    counts: Mapped[list[Any]]

"""What events tells of courses: how a run of one is filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class RunCount:
    """People of a run who came through one body; None for those who came through none.

    planned: seats allotted to it. seated: confirmed. attended: came. certified: hold a good
    certificate of the run.
    """

    organisation_id: UUID | None
    planned: int
    seated: int
    attended: int
    certified: int


@told_by("events", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class CourseRunCounted(Message):
    """A run of a course was planned, filled, held or changed. The whole of it, not a change.

    state: of the workshop. capability_ids: the lineages that the course teaches, at staff_level
    and for job_kind. capacity: seats in all.
    """

    workshop_id: UUID
    version: int
    course_id: UUID
    course_names: Mapping[str, str]
    capability_ids: tuple[UUID, ...]
    staff_level: str
    job_kind: str
    host_id: UUID
    titles: Mapping[str, str]
    state: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    counts: tuple[RunCount, ...]

    @property
    def subject(self) -> UUID:
        return self.workshop_id

"""Courses of a host: what each teaches and asks for, and the paths that lead through them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.foundation.languages import Text

ACTIVE: Final = "active"
RETIRED: Final = "retired"
STATES: Final = (ACTIVE, RETIRED)
ADVISED: Final = "advised"
REQUIRED: Final = "required"
PREREQUISITE_RULES: Final = (ADVISED, REQUIRED)
CODE: Final = r"[A-Z0-9][A-Z0-9-]{0,19}"
MOST_CAPABILITIES: Final = 30
MOST_PREREQUISITES: Final = 20
MOST_TRAINERS: Final = 100
MOST_OF_A_PATH: Final = 50


class Course(Base):
    """What a host teaches again and again, each time as a run: a workshop of kind course_run.

    hours: of teaching. prerequisites_are: advised, or required of whoever registers.
    """

    __tablename__ = "courses"
    __table_args__ = (
        Index(None, "host_id", "code"),
        Index(None, "code", "id"),
        Index(None, "staff_level"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    host_id: Mapped[UUID]
    code: Mapped[str]
    names: Mapped[Text]
    texts: Mapped[Text]
    staff_level: Mapped[str]
    job_kind: Mapped[str]
    hours: Mapped[float]
    prerequisites_are: Mapped[str] = mapped_column(default=ADVISED)
    visibility: Mapped[str] = mapped_column(default="public")
    state: Mapped[str] = mapped_column(default=ACTIVE)
    created_at: Mapped[datetime]


class CourseCapability(Base):
    """A course teaches a capability. capability_id: of its lineage."""

    __tablename__ = "course_capabilities"
    __table_args__ = (Index(None, "capability_id"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    capability_id: Mapped[UUID] = mapped_column(primary_key=True)


class CoursePrerequisite(Base):
    """Who comes to a course has a certificate of another one; never in a circle."""

    __tablename__ = "course_prerequisites"
    __table_args__ = (Index(None, "required_id"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    required_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"), primary_key=True)


class PrerequisiteWaiver(Base):
    """An organizer lets somebody into a run without the courses that come first."""

    __tablename__ = "prerequisite_waivers"
    __table_args__ = (Index(None, "workshop_id", "email_key", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    email: Mapped[str]
    email_key: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    given_at: Mapped[datetime]


class LearningPath(Base):
    """Courses of a host in the order in which they are taken."""

    __tablename__ = "learning_paths"
    __table_args__ = (Index(None, "host_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    host_id: Mapped[UUID]
    names: Mapped[Text]
    texts: Mapped[Text]
    created_at: Mapped[datetime]


class LearningPathCourse(Base):
    """A step of a path. place: counts from 0."""

    __tablename__ = "learning_path_courses"
    __table_args__ = (Index(None, "course_id"),)

    path_id: Mapped[UUID] = mapped_column(ForeignKey("learning_paths.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))


class ToldRun(Base):
    """What was last told of a run's figures. digest: of all but the version.

    mark: by the versions of all that is counted, so that a run is counted only when one changed.
    """

    __tablename__ = "told_runs"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), primary_key=True)
    version: Mapped[int]
    digest: Mapped[str]
    mark: Mapped[str]
    told_at: Mapped[datetime]

"""The pool of trainers: who can teach which course, and who teaches which run."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.foundation.languages import Text


class Trainer(Base):
    """Somebody of a host's pool. texts: about them. person_id: of their account, if known."""

    __tablename__ = "trainers"
    __table_args__ = (Index(None, "host_id", "id"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    host_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    names: Mapped[Text]
    affiliations: Mapped[Text]
    texts: Mapped[Text]
    created_at: Mapped[datetime]


class CourseTrainer(Base):
    """A trainer can teach a course."""

    __tablename__ = "course_trainers"
    __table_args__ = (Index(None, "trainer_id"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    trainer_id: Mapped[UUID] = mapped_column(ForeignKey("trainers.id"), primary_key=True)


class RunTrainer(Base):
    """A trainer teaches a run."""

    __tablename__ = "run_trainers"
    __table_args__ = (Index(None, "trainer_id"),)

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), primary_key=True)
    trainer_id: Mapped[UUID] = mapped_column(ForeignKey("trainers.id"), primary_key=True)

"""Surveys before and after a workshop, and what was answered.

Of an anonymous one nothing joins an answer to a person: answers hold no reference and no instant,
their ids are random, and neither table keeps the order in which its rows came.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.foundation.languages import Text

KINDS: Final = ("before", "after")
STATES: Final = ("draft", "ready", "open", "closed")


class Survey(Base):
    """One of a workshop, of each kind at most one.

    State: draft; ready, to be opened when the workshop is over; open; closed. questions: as those
    of a registration form. asked_up_to: the last registration whose holder was sent the link;
    asked_at: when everyone had been.
    """

    __tablename__ = "surveys"
    __table_args__ = (Index(None, "workshop_id", "kind", unique=True), Index(None, "state"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    titles: Mapped[Text]
    texts: Mapped[Text]
    questions: Mapped[list[Any]]
    is_anonymous: Mapped[bool]
    asked_up_to: Mapped[UUID | None]
    asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SurveyAnswer(Base):
    """What somebody answered. registration_id: None in an anonymous survey."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        Index(None, "survey_id"),
        Index(None, "registration_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    answers: Mapped[dict[str, Any]]


class SurveyMark(Base):
    """That somebody has answered, and nothing of what or when."""

    __tablename__ = "survey_marks"
    __table_args__ = (Index(None, "registration_id"), {"sqlite_with_rowid": False})

    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), primary_key=True)

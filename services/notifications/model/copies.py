"""Copies of what members and events tell; `version` lets a late or second message pass by."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base
from shared.foundation.languages import Text
from shared.foundation.names import PersonName, display_name

ERASED_DOMAIN: Final = "@erased.invalid"
"""Where the addresses of guests end that events has erased."""


class Recipient(Base):
    """A person who can be told something. search_key: all forms of their name, folded."""

    __tablename__ = "recipients"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    names: Mapped[list[Any]]
    email: Mapped[str | None]
    locale: Mapped[str]
    time_zone: Mapped[str]
    has_account: Mapped[bool]
    is_erased: Mapped[bool] = mapped_column(default=False)
    search_key: Mapped[str] = mapped_column(server_default="")

    def name_in(self, language: str) -> str:
        """Their name as a reader of the language is shown it."""
        return display_name([PersonName(**name) for name in self.names], language)


class OrganisationCopy(Base):
    """An organisation as notifications knows it. email: its own, where replies to its mails go."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    names: Mapped[Text]
    kind: Mapped[str]
    email: Mapped[str | None]


class MembershipCopy(Base):
    """Member belongs to host."""

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "member_id"), Index(None, "host_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    member_id: Mapped[UUID]
    host_id: Mapped[UUID]
    is_active: Mapped[bool]


class PostCopy(Base):
    """Where somebody works or holds an office. kind: affiliation or appointment.

    role: of an appointment. starts_on, ends_on: the first day and the last one; None is open.
    """

    __tablename__ = "posts"
    __table_args__ = (Index(None, "organisation_id", "person_id"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    kind: Mapped[str]
    role: Mapped[str] = mapped_column(server_default="")
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    is_over: Mapped[bool]


class SegmentCopy(Base):
    """People or organisations that can be addressed together. kind: which of both."""

    __tablename__ = "segments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    organisation_id: Mapped[UUID]
    names: Mapped[Text]
    kind: Mapped[str]
    is_removed: Mapped[bool]


class SegmentMemberCopy(Base):
    """Who is in a segment, or was. id: of segment and member together.

    version: the segment's when they came or left, so that no late message undoes a later one.
    """

    __tablename__ = "segment_members"
    __table_args__ = (Index(None, "segment_id", "is_member", "member_id"), Index(None, "member_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    segment_id: Mapped[UUID]
    member_id: Mapped[UUID]
    is_member: Mapped[bool]


class WorkshopCopy(Base):
    """A workshop as mails show it. venue: {"mode", "name", "address", "url"}."""

    __tablename__ = "workshops"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    titles: Mapped[Text]
    state: Mapped[str]
    host_id: Mapped[UUID]
    host_names: Mapped[Text]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str]
    venue: Mapped[dict[str, Any]]


class AttendanceCopy(Base):
    """A registration or a nomination: who is to be told of the workshop. kind: which of both."""

    __tablename__ = "attendances"
    __table_args__ = (
        Index(None, "workshop_id", "state"),
        Index(None, "person_id"),
        Index(None, "email_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    kind: Mapped[str]
    workshop_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    locale: Mapped[str]
    state: Mapped[str]
    link_token: Mapped[str]
    confirm_by: Mapped[datetime | None]


class MergeCopy(Base):
    """Two records of one person became one, or two again."""

    __tablename__ = "merges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]


class MergedRow(Base):
    """What a merge has moved to the person who was kept, so that it can go back."""

    __tablename__ = "merged_rows"

    merge_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)

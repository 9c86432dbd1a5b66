"""Copies of what members tells; `version` lets a late or second message pass by."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.foundation.languages import Text
from shared.foundation.names import PersonName, display_name


class OrganisationCopy(Base):
    """An organisation as events knows it."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    names: Mapped[Text]
    kind: Mapped[str]
    economy: Mapped[str | None]


class MembershipCopy(Base):
    """Member belongs to host."""

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "member_id"), Index(None, "host_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    member_id: Mapped[UUID]
    host_id: Mapped[UUID]
    is_active: Mapped[bool]


class PersonCopy(Base):
    """A person as events knows them. names: list of PersonName as plain values."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    names: Mapped[list[Any]]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    economy: Mapped[str | None]
    locale: Mapped[str]
    time_zone: Mapped[str | None] = mapped_column(default=None)
    is_erased: Mapped[bool] = mapped_column(default=False)

    def name_in(self, language: str) -> str:
        """The name for a reader of that language."""
        return display_name([PersonName(**name) for name in self.names], language)


class AppointmentCopy(Base):
    """A person holds an office for an organisation."""

    __tablename__ = "appointments"
    __table_args__ = (Index(None, "organisation_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    role: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class CapabilityCopy(Base):
    """A capability as its newest edition has it. id: of its lineage. version: the edition's number.

    One that a later edition left out keeps its earlier number.
    """

    __tablename__ = "capabilities"
    __table_args__ = (Index(None, "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    organisation_id: Mapped[UUID]
    root: Mapped[str]
    code: Mapped[str]
    names: Mapped[Text]
    esco_uri: Mapped[str | None]


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


class MergedReview(Base):
    """What a merge did to one of the other's reviews, or to their part as a reviewer of a call.

    subject, subject_id: the table, and the submission or the call. person_id: of who was kept. was:
    the other's own row, which made way for the kept's; {} of one that is the kept's now.
    """

    __tablename__ = "merged_reviews"
    __table_args__ = (Index(None, "person_id"), Index(None, "subject_id"))

    merge_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    was: Mapped[dict[str, Any]]


class MergedAllotment(Base):
    """What a merge of two bodies did to their allotments of a workshop, so that it can be undone.

    was: kept and gone before it, and after: seats, used, alternates, release_at, released_at.
    """

    __tablename__ = "merged_allotments"

    merge_id: Mapped[UUID] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(primary_key=True)
    was: Mapped[dict[str, Any]]

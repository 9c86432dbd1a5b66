"""An organisation: alliance, association, company, agency, institute or foundation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from services.members.model.name_grams import index_of_names
from shared.contracts.members import OrganisationRecorded
from shared.foundation.languages import ENGLISH, Text
from shared.foundation.names import fold

KINDS: Final = ("alliance", "association", "company", "agency", "institute", "foundation")


def search_key_of(names: Mapping[str, str]) -> str:
    """What a search looks in: all names, folded, a line each."""
    return "\n".join(fold(name) for name in names.values())


def sort_key_of(names: Mapping[str, str]) -> str:
    """What lists are sorted by: the English name, else any, folded."""
    return fold(names.get(ENGLISH) or next(iter(names.values()), ""))


class Organisation(Base):
    """names: one per language. registered_by: the person who recorded it.

    email, phone, url, address: its own; only those who manage it read them.
    withdrawn_at: when the import that had recorded it was reverted; lists leave it out.
    merged_into: the record that was kept, where this one was merged into another.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        Index(None, "sort_key", "id"),
        Index(None, "kind"),
        Index(None, "registered_by"),
        Index(None, "withdrawn_at"),
        Index(None, "merged_into"),
        index_of_names("organisations"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    names: Mapped[Text]
    search_key: Mapped[str]
    sort_key: Mapped[str]
    kind: Mapped[str]
    economy: Mapped[str | None]
    sector: Mapped[str | None]
    staff_count: Mapped[int | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    url: Mapped[str | None]
    address: Mapped[str | None]
    registered_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None]

    def rename(self, names: Text) -> None:
        """Set the names and what is derived of them."""
        self.names = dict(names)
        self.search_key, self.sort_key = search_key_of(names), sort_key_of(names)

    def told(self) -> OrganisationRecorded:
        """The message with the whole of it."""
        return OrganisationRecorded(
            organisation_id=self.id,
            version=self.version,
            names=dict(self.names),
            kind=self.kind,
            economy=self.economy,
            email=self.email,
        )


class Identifier(Base):
    """What others know an organisation by, such as its tax number (scheme `tw-ubn`).

    is_unique: no other organisation may have it; what an association numbers its members by
    may be another's number elsewhere.
    """

    __tablename__ = "identifiers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "scheme", "value"),
        Index(
            "uq_identifiers_unique",
            "scheme",
            "value",
            unique=True,
            sqlite_where=text("is_unique"),
            postgresql_where=text("is_unique"),
        ),
        Index(None, "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    scheme: Mapped[str]
    value: Mapped[str]
    is_unique: Mapped[bool]

"""A person: names in native and romanised form, and how to reach them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, and_
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from services.members.model.name_grams import index_of_names
from shared.contracts.members import PersonErased, PersonRecorded
from shared.foundation.languages import Text, in_language
from shared.foundation.names import (
    PersonName,
    display_name,
    fold,
    folded_forms,
    search_key,
    sort_key,
)


class Person(Base):
    """names: list of PersonName as plain values. registered_by: who recorded them.

    titles: what stands with the name, by language: Dr, 教授. sort_as: what lists sort by
    where the names don't say it, as for de la Cruz; None: the family name, romanised.
    merged_into: the record that was kept, where this one was merged into another.

    Several people may share an email; an account's address is its own.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index(None, "sort_key", "id"),
        Index(None, "email_key"),
        Index(None, "registered_by"),
        index_of_names("people"),
        Index(None, "merged_into"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    names: Mapped[list[Any]]
    search_key: Mapped[str]
    sort_key: Mapped[str]
    titles: Mapped[Text] = mapped_column(default=dict, server_default="{}")
    sort_as: Mapped[str | None]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    is_bouncing: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None]
    economy: Mapped[str | None]
    locale: Mapped[str]
    time_zone: Mapped[str]
    accessibility_needs: Mapped[str | None]
    gender: Mapped[str | None]
    has_account: Mapped[bool] = mapped_column(default=False)
    registered_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None]

    @classmethod
    def is_there(cls) -> ColumnElement[bool]:
        """Those that were neither erased nor merged into another record."""
        return and_(cls.erased_at.is_(None), cls.merged_into.is_(None))

    @property
    def person_names(self) -> list[PersonName]:
        """The names as values."""
        return [PersonName(**name) for name in self.names]

    def name_in(self, language: str) -> str:
        """The name for a reader of that language."""
        return display_name(self.person_names, language)

    def rename(self, names: Sequence[PersonName]) -> None:
        """Set the names and what is derived of them."""
        self.names = [dict(vars(name)) for name in names]
        self.search_key = search_key(names)
        self.sort_key = sort_key(list(names)) if names else ""
        if self.sort_as:
            self.sort_key = fold(self.sort_as) or self.sort_key

    def title_in(self, language: str) -> str:
        """The title for a reader of that language; empty for none."""
        return in_language(self.titles, language)

    def is_called(self, names: Sequence[PersonName]) -> bool:
        """Whether one of these is one of the person's names, in either order."""
        own = {form for name in self.person_names for form in folded_forms(name)}
        return any(form in own for name in names for form in folded_forms(name))

    def told(self) -> PersonRecorded:
        """The message with what hearers may know."""
        return PersonRecorded(
            person_id=self.id,
            version=self.version,
            names=tuple(self.person_names),
            email=self.email,
            phone=self.phone,
            economy=self.economy,
            locale=self.locale,
            time_zone=self.time_zone,
            has_account=self.has_account,
        )

    def told_erased(
        self, email: str | None, names: Sequence[str] = (), *, owns_address: bool = True
    ) -> PersonErased:
        """The message that makes every service forget. email, names: what they were."""
        return PersonErased(
            person_id=self.id,
            version=self.version,
            email=email,
            names=tuple(names),
            owns_address=owns_address,
        )

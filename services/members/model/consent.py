"""Consents: what people are asked for, in which words, and what they answered."""

import hashlib
import json
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts.members_directory import ConsentRecorded
from shared.foundation.languages import Text

PURPOSE_KEY: Final = r"^[a-z][a-z0-9_]{0,39}$"
WAYS: Final = ("page", "api")
_OPEN: Final = "withdrawn_at IS NULL"


class ConsentPurpose(Base):
    """What for an organisation asks people's consent. text_number: of the newest text.

    archived_at: from when on nobody is asked; what was given holds until it is withdrawn.
    """

    __tablename__ = "consent_purposes"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str]
    text_number: Mapped[int]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class ConsentText(Base):
    """The words of one version, from 1; they never change. hash: SHA-256 of `hash_of`."""

    __tablename__ = "consent_texts"

    purpose_id: Mapped[UUID] = mapped_column(ForeignKey("consent_purposes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    titles: Mapped[Text]
    texts: Mapped[Text]
    hash: Mapped[str]
    published_at: Mapped[datetime]


def hash_of(titles: Text, texts: Text) -> str:
    """SHA-256, in hex, of {"texts", "titles"} as JSON with sorted keys and no blanks, in UTF-8."""
    plain = {"texts": dict(texts), "titles": dict(titles)}
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class Consent(Base):
    """One person's consent, from when it was given until it was withdrawn, with the evidence.

    text_number, text_hash, language: the very words that were shown. way: page or api.
    place: the network address that it was given or withdrawn from; gone after a while.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "uq_consents_open",
            "purpose_id",
            "person_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "person_id", "id"),
        Index(None, "purpose_id", "id"),
        Index(None, "withdrawn_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    purpose_id: Mapped[UUID] = mapped_column(ForeignKey("consent_purposes.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    purpose_key: Mapped[str]
    text_number: Mapped[int]
    text_hash: Mapped[str]
    language: Mapped[str]
    given_at: Mapped[datetime]
    given_way: Mapped[str]
    given_place: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_way: Mapped[str | None]
    withdrawn_place: Mapped[str | None]

    @property
    def is_given(self) -> bool:
        """Whether it holds."""
        return self.withdrawn_at is None

    def told(self) -> ConsentRecorded:
        """The message with the whole of it but where it was given."""
        return ConsentRecorded(
            consent_id=self.id,
            version=self.version,
            purpose_id=self.purpose_id,
            purpose_key=self.purpose_key,
            organisation_id=self.organisation_id,
            person_id=self.person_id,
            text_number=self.text_number,
            text_hash=self.text_hash,
            given_at=self.given_at,
            withdrawn_at=self.withdrawn_at,
        )

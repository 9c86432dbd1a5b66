"""What people chose to be told, by which channel and when; and what organisations set."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base
from services.notifications.model.choices import Choices
from shared.database import JSON_COLUMN


class Preference(Base):
    """id: a person's, or the one that `address_key` makes of an address.

    channels: category → channel → whether it is wanted, where chosen. quiet_from, quiet_to:
    `22:00`. time_zone, locale: None follows the person's account.
    """

    __tablename__ = "preferences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    channels: Mapped[dict[str, Any]]
    quiet_from: Mapped[str | None]
    quiet_to: Mapped[str | None]
    time_zone: Mapped[str | None]
    digest: Mapped[str]
    locale: Mapped[str | None]
    changed_at: Mapped[datetime]

    def choices(self, time_zone: str | None = None) -> Choices:
        """As a value. time_zone: where none was chosen."""
        return Choices(
            wanted=self.channels,
            quiet_from=time.fromisoformat(self.quiet_from) if self.quiet_from else None,
            quiet_to=time.fromisoformat(self.quiet_to) if self.quiet_to else None,
            time_zone=self.time_zone or time_zone or "UTC",
            digest=self.digest,
            locale=self.locale,
        )


class MergedChoice(Base):
    """What a merge of two people did to the survivor's choices, so that it can go back.

    before, made: the columns that somebody chooses, as they were and became; None: none were, or
    the other had chosen nothing. address_ids: of the addresses that came along.
    """

    __tablename__ = "merged_choices"
    __table_args__ = (Index(None, "kept_id"),)

    merge_id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON_COLUMN)
    made: Mapped[dict[str, Any] | None] = mapped_column(JSON_COLUMN)
    address_ids: Mapped[list[Any]]


class OrganisationRules(Base):
    """How an organisation tells. channels: its defaults, as in `Preference`.

    needs_second_person: an announcement is approved by somebody else than its author.
    mails_per_minute: of one announcement; None: as fast as the mailers can.
    reminders: before what → how many days or hours before it, where it is not as usual.
    """

    __tablename__ = "organisation_rules"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    channels: Mapped[dict[str, Any]]
    needs_second_person: Mapped[bool]
    mails_per_minute: Mapped[int | None]
    reminders: Mapped[dict[str, list[int]] | None] = mapped_column(JSON)
    changed_at: Mapped[datetime]

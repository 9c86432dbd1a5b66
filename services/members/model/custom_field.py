"""A custom field: what an organisation wants to know of the organisations below it, by kind."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.foundation.languages import Text

TYPES: Final = (
    *("text", "long_text", "integer", "decimal", "date", "boolean"),
    *("choice", "choices", "url", "email"),
)
AUDIENCES: Final = ("everyone", "managers")
FIELD_KEY: Final = r"^[a-z][a-z0-9_]{0,29}$"
CHOICE_KEY: Final = r"^[a-z0-9][a-z0-9_-]{0,39}$"
MOST_CHOICES: Final = 100
MOST_FIELDS: Final = 100
"""Of one organisation, archived ones too."""
CHOOSING: Final = ("choice", "choices")


class CustomField(Base):
    """kind: of the organisations below that have it. position: its place in forms.

    limits: any of least and most (numbers), longest (characters), earliest and latest (days).
    choices: [{key, labels}]. audience: who sees values: everyone who sees the organisation, or
    those who manage it. archived_at: from when on nobody fills it in; its values stay.
    """

    __tablename__ = "custom_fields"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    key: Mapped[str]
    labels: Mapped[Text]
    hints: Mapped[Text]
    type: Mapped[str]
    is_required: Mapped[bool]
    limits: Mapped[dict[str, Any]]
    choices: Mapped[list[Any]]
    audience: Mapped[str]
    position: Mapped[int]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    @property
    def choice_labels(self) -> dict[str, Text]:
        """key → its label in several languages, in their order."""
        return {each["key"]: each["labels"] for each in self.choices}


class CustomValue(Base):
    """What an organisation has in a field. content: the value, or each of several choices.

    sought: the value as filters look for it, folded. number: of what is a number.
    """

    __tablename__ = "custom_values"
    __table_args__ = (
        Index(None, "organisation_id"),
        Index(None, "field_id", "number"),
    )

    field_id: Mapped[UUID] = mapped_column(ForeignKey("custom_fields.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    content: Mapped[list[Any]]
    sought: Mapped[str]
    number: Mapped[float | None] = mapped_column(Double)

"""An import: a file of companies, people, delegates or demand on its way in."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base

KINDS: Final = ("companies", "people", "delegates", "demand")
STATES: Final = ("uploaded", "validated", "previewed", "applied", "reverted")
VERDICTS: Final = ("new", "update", "duplicate", "error")
WRITTEN: Final = ("new", "update")
"""Verdicts of the rows that applying writes."""


class Import(Base):
    """State: uploaded, validated, previewed, applied, reverted.

    mapping: column → field. task: apply or revert while it is under way; reached: the number
    of the last row that it is done with; done_count: rows written or undone so far.
    left_count: rows whose effect a revert left, since somebody had changed it.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("task IS NULL OR task IN ('apply', 'revert')", "known_task"),
        Index(None, "organisation_id", "id"),
        Index(None, "task"),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    filename: Mapped[str]
    state: Mapped[str] = mapped_column(default="uploaded")
    columns: Mapped[list[Any]]
    mapping: Mapped[dict[str, Any]]
    row_count: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    update_count: Mapped[int] = mapped_column(default=0)
    duplicate_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    task: Mapped[str | None]
    task_by: Mapped[UUID | None]
    task_reason: Mapped[str] = mapped_column(default="")
    reached: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    left_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    @property
    def counts(self) -> dict[str, int]:
        """verdict → rows."""
        return {verdict: getattr(self, f"{verdict}_count") for verdict in VERDICTS}

    def count(self, counts: dict[str, int]) -> None:
        """Keep how many rows have each verdict."""
        for verdict in VERDICTS:
            setattr(self, f"{verdict}_count", counts.get(verdict, 0))

    @property
    def total(self) -> int:
        """How many rows applying writes."""
        return self.new_count + self.update_count


class ImportRow(Base):
    """number: as a spreadsheet counts, from 1. cells: the texts of the row, as they came.

    reasons: [English template, facts] each. values: field → value, checked.
    plan: what applying needs to know besides: same_as (an earlier row),
    outside (the organisation's reach), draft (it must agree), comes_back (after a revert).
    target_id: the organisation or person, where there is one. effect: what was written.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        Index(None, "import_id", "verdict", "number"),
        Index(None, "target_id"),
    )

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[list[Any]]
    verdict: Mapped[str | None]
    reasons: Mapped[list[Any]]
    values: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    target_id: Mapped[UUID | None]
    effect: Mapped[dict[str, Any]]


class ImportMapping(Base):
    """The mapping that somebody chose for the files of an organisation: column → field."""

    __tablename__ = "import_mappings"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    mapping: Mapped[dict[str, Any]]
    chosen_at: Mapped[datetime]

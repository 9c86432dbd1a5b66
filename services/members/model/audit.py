"""The audit: who did what for whom, what it was before and after, and from where.

Entries are chained by their hashes (see `actions.auditing`). What may have to be forgotten
stands beside the chain, which holds its salted digest only.
"""

import json
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base

CHAINS: Final = 8
"""How many transactions can be sealed at the same moment."""

SUBJECTS: Final = (
    "organisations",
    "memberships",
    "membership_types",
    "bodies",
    "seats",
    "people",
    "affiliations",
    "appointments",
    "grants",
    "accounts",
    "imports",
    "invitations",
    "identity_providers",
    "personal_tokens",
    "passkeys",
    "code_secrets",
    "segments",
    "custom_fields",
    "consents",
    "consent_purposes",
    "capability_frameworks",
    "capabilities",
    "demand_rounds",
    "demand_answers",
    "cases",
    "catalogue_entries",
    "talent_needs",
    "referrals",
    "organisation_profiles",
    "gap_snapshots",
)
"""Tables of which the audit tells, each by its name."""


class AuditEntry(Base):
    """Append-only. subject: the table, subject_id: the row that was changed.

    actor: a person's id, or `guest`, `link`, `timer`, `command`, `message`.
    acting_role, acting_for, grant_id: by which of their grants, and for which organisation.
    organisation_id, counterpart_id: whose managers may read it; of a membership the member's
    and the host's. person_id: whom it is about.
    facts: JSON, `{"reason", "changes": {field: [before, after]}}`; None: forgotten, as the
    person was erased. place: the network address that it came from; None: forgotten.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("chain", "position"),
        Index(None, "subject_id", "number"),
        Index(None, "organisation_id", "number"),
        Index(None, "counterpart_id", "number"),
        Index(None, "person_id"),
        Index(None, "actor", "number"),
        Index(None, "at"),
    )

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    chain: Mapped[int]
    position: Mapped[int] = mapped_column(BigInteger())
    at: Mapped[datetime]
    actor: Mapped[str]
    acting_role: Mapped[str | None]
    acting_for: Mapped[UUID | None]
    grant_id: Mapped[UUID | None]
    act: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    counterpart_id: Mapped[UUID | None]
    request_id: Mapped[str]
    facts: Mapped[str | None]
    facts_salt: Mapped[str | None]
    facts_digest: Mapped[str]
    place: Mapped[str | None]
    place_salt: Mapped[str | None]
    place_digest: Mapped[str]
    hash: Mapped[str]

    @property
    def _read(self) -> dict[str, Any]:
        return cast(dict[str, Any], json.loads(self.facts)) if self.facts else {}

    @property
    def reason(self) -> str:
        """Why, as whoever did it wrote it."""
        return str(self._read.get("reason", ""))

    @property
    def changes(self) -> dict[str, list[Any]]:
        """field → what it was and what it became."""
        return dict(self._read.get("changes", {}))

    @property
    def is_forgotten(self) -> bool:
        """Whether what was changed is not known any more, as the person was erased."""
        return self.facts is None


class AuditHead(Base):
    """How long a chain is, and the hash of its last entry."""

    __tablename__ = "audit_heads"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger())
    hash: Mapped[str]

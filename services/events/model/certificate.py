"""Certificates: the rule of a workshop, who issues, test scores, and what was issued."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.foundation.languages import Text

STATES: Final = ("issued", "revoked")
HIGHEST_SCORE: Final = 100
DEFAULT_TITLES: Final[Text] = {"en": "Certificate of attendance", "zh-Hant": "研習證明書"}


class CertificateRule(Base):
    """What a person must have done at the workshop, and what the certificate says.

    least_hours: of attendance. least_share: percent of the scheduled hours. least_score: of the
    test, out of 100. None: not asked. needs_survey: the one after the workshop was answered.
    Who was never there gets none, whatever the rule.
    """

    __tablename__ = "certificate_rules"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    least_hours: Mapped[float | None]
    least_share: Mapped[int | None]
    least_score: Mapped[float | None]
    needs_survey: Mapped[bool] = mapped_column(default=False, server_default=false())
    titles: Mapped[Text]
    texts: Mapped[Text]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class CertificateIssuer(Base):
    """An organisation that signs a workshop's certificates; the host is always the first.

    seal_id: a picture among the workshop's materials; gone: without a seal.
    """

    __tablename__ = "certificate_issuers"
    __table_args__ = (Index(None, "workshop_id", "place"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    place: Mapped[int]
    organisation_id: Mapped[UUID]
    seal_id: Mapped[UUID | None]


class TestScore(Base):
    """What somebody reached in the workshop's test, out of 100."""

    __tablename__ = "test_scores"
    __test__ = False  # no test class, whatever its name

    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    score: Mapped[float]
    entered_at: Mapped[datetime]
    actor: Mapped[str]


class CredentialKey(Base):
    """The Ed25519 key that signs credentials; made by the migration.

    private_key, public_key: 32 raw bytes as URL-safe base64 without padding (as in RFC 8037).
    """

    __tablename__ = "credential_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    private_key: Mapped[str]
    public_key: Mapped[str]
    created_at: Mapped[datetime]


class CertificateRun(Base):
    """One issuing in bulk: what its certificates say, and how far it is.

    State: running, done. after: the last registration that was looked at. issuers: [{
    organisation_id, names, seal}], as they were then; seal: the digest of a picture, or None.
    taught: what its course taught then, as the message and the credential say it; {} without one.
    """

    __tablename__ = "certificate_runs"
    __table_args__ = (
        Index(
            "uq_certificate_runs_running",
            "workshop_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(None, "workshop_id", "id"),
        Index(None, "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("credential_keys.id"))
    state: Mapped[str]
    titles: Mapped[Text]
    texts: Mapped[Text]
    issuers: Mapped[list[Any]]
    taught: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    issued: Mapped[int] = mapped_column(default=0)
    after: Mapped[UUID | None]
    actor: Mapped[str]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Certificate(Base):
    """What somebody has earned at a workshop, one for a registration.

    State: issued, revoked; erased, once its holder was forgotten. number: its place in the
    workshop's list of what was revoked. score: of the test, if the rule asked for one.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        Index(None, "workshop_id", "number", unique=True),
        Index(None, "person_id"),
        Index(None, "workshop_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"), unique=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("certificate_runs.id"))
    person_id: Mapped[UUID | None]
    number: Mapped[int]
    name: Mapped[str]
    locale: Mapped[str]
    hours: Mapped[float]
    score: Mapped[float | None]
    state: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    @property
    def is_known(self) -> bool:
        """Whether anyone may look it up: not once its holder was forgotten."""
        return self.state in STATES

"""What events tells of certificates: issued, revoked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class CertificateState:
    """The whole of a certificate that hearers need. titles: what it is called, by language.

    minutes: of attendance. capability_ids: lineages that the workshop's course teaches, at
    staff_level and for job_kind; empty and None where it has none. link_token:
    bearer for the holder's registration, for their mail.
    """

    certificate_id: UUID
    version: int
    state: str
    workshop_id: UUID
    course_id: UUID | None
    capability_ids: tuple[UUID, ...]
    staff_level: str | None = None
    job_kind: str | None = None
    registration_id: UUID
    person_id: UUID | None
    organisation_id: UUID | None
    name: str
    email: str
    locale: str
    titles: Mapping[str, str]
    workshop_titles: Mapping[str, str]
    host_id: UUID
    host_names: Mapping[str, str]
    minutes: int
    issued_at: datetime
    link_token: str


@dataclass(frozen=True, kw_only=True)
class AboutCertificate(Message):
    """What is told of one certificate."""

    certificate: CertificateState

    @property
    def subject(self) -> UUID:
        return self.certificate.certificate_id


@told_by("events", hearers=("notifications", "members"))
@dataclass(frozen=True, kw_only=True)
class CertificateIssued(AboutCertificate):
    """Somebody has earned a certificate."""


@told_by("events", hearers=("notifications", "members"))
@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(AboutCertificate):
    """The certificate is good no more."""

    reason: str

"""What members tells: people, organisations, who belongs where, keys, and mails it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts.message import Message, told_by
from shared.foundation.names import PersonName

BOTH = ("events", "notifications")
ALL = ("members", "events", "notifications")


@dataclass(frozen=True, kw_only=True)
class _AboutPerson(Message):
    person_id: UUID

    @property
    def subject(self) -> UUID:
        return self.person_id


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class PersonRecorded(_AboutPerson):
    """A person was added or changed: the whole of what hearers may know."""

    version: int
    names: tuple[PersonName, ...]
    email: str | None
    phone: str | None
    economy: str | None
    locale: str
    time_zone: str
    has_account: bool


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class PersonErased(_AboutPerson):
    """Every hearer forgets the person's data; counts and history stay without it.

    names: in full, as they were written. owns_address: nobody else is known at the address;
    else what is there without the person's id is theirs under one of the names only.
    """

    version: int
    email: str | None
    names: tuple[str, ...] = ()
    owns_address: bool = True


@told_by("members", hearers=("events",))
@dataclass(frozen=True, kw_only=True)
class AddressConfirmed(_AboutPerson):
    """The person showed that the address is theirs: guest registrations become theirs."""

    email: str


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class OrganisationRecorded(Message):
    """An organisation was added or changed."""

    organisation_id: UUID
    version: int
    names: Mapping[str, str]
    kind: str
    economy: str | None
    email: str | None

    @property
    def subject(self) -> UUID:
        return self.organisation_id


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class MembershipRecorded(Message):
    """A membership was made or its state or term changed: member belongs to host."""

    membership_id: UUID
    version: int
    member_id: UUID
    host_id: UUID
    membership_type: str
    state: str
    starts_on: date
    ends_on: date | None

    @property
    def subject(self) -> UUID:
        return self.membership_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class MembershipNoticed(Message):
    """People are to be told what became of a membership, or that its term ends soon.

    notice: submitted, returned, approved, rejected, suspended, reinstated, resigned, expelled,
    renewed, ending, in_grace, lapsed. email: an organisation's own address, where nobody looks
    after it.
    """

    membership_id: UUID
    version: int
    notice: str
    member_id: UUID
    member_names: Mapping[str, str]
    host_id: UUID
    host_names: Mapping[str, str]
    ends_on: date | None
    reason: str
    person_ids: tuple[UUID, ...]
    email: str | None

    @property
    def subject(self) -> UUID:
        return self.membership_id


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class AppointmentRecorded(Message):
    """An appointment was made or substituted, or it ended: early, or on its day.

    substitutes_for: the appointment that it stands in for until its own end.
    """

    appointment_id: UUID
    version: int
    person_id: UUID
    organisation_id: UUID
    role: str
    starts_on: date
    ends_on: date | None
    is_over: bool = False
    substitutes_for: UUID | None = None

    @property
    def subject(self) -> UUID:
        return self.appointment_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class AffiliationRecorded(Message):
    """A person works, or no longer works, for an organisation."""

    affiliation_id: UUID
    version: int
    person_id: UUID
    organisation_id: UUID
    title: str
    starts_on: date | None
    ends_on: date | None

    @property
    def subject(self) -> UUID:
        return self.affiliation_id


@told_by("members", hearers=ALL)
@dataclass(frozen=True, kw_only=True)
class GrantRecorded(Message):
    """What a person may do was given or taken away. Services learn it from tokens; personal
    tokens, which live long, do without what was taken."""

    grant_id: UUID
    version: int
    person_id: UUID
    role: str
    organisation_id: UUID | None
    subtree: bool
    expires_at: datetime | None
    is_revoked: bool

    @property
    def subject(self) -> UUID:
        return self.grant_id


@told_by("members", hearers=ALL, is_urgent=True)
@dataclass(frozen=True, kw_only=True)
class SigningKeyPublished(Message):
    """A public key (RFC 8037 OKP, Ed25519) that signs access tokens until `expires_at`."""

    key_id: UUID
    public_x: str
    expires_at: datetime

    @property
    def subject(self) -> UUID:
        return self.key_id


@told_by("members", hearers=ALL, is_urgent=True)
@dataclass(frozen=True, kw_only=True)
class SessionRevoked(Message):
    """Tokens of this session are refused from now on; forget it after `expires_at`."""

    session_id: UUID
    expires_at: datetime

    @property
    def subject(self) -> UUID:
        return self.session_id


@dataclass(frozen=True, kw_only=True)
class _MailRequest(Message):
    request_id: UUID
    email: str
    name: str
    locale: str
    link: str
    expires_at: datetime

    @property
    def subject(self) -> UUID:
        return self.request_id


@told_by("members", hearers=("notifications",), is_urgent=True)
@dataclass(frozen=True, kw_only=True)
class SignUpRequested(_MailRequest):
    """Somebody asked for an account with this address: they confirm it by the link."""


@told_by("members", hearers=("notifications",), is_urgent=True)
@dataclass(frozen=True, kw_only=True)
class SignInLinkRequested(_MailRequest):
    """Somebody asked to sign in by mail."""


@told_by("members", hearers=("notifications",), is_urgent=True)
@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(_MailRequest):
    """Somebody asked to choose a new password."""


@told_by("members", hearers=("notifications",), is_urgent=True)
@dataclass(frozen=True, kw_only=True)
class InvitationSent(_MailRequest):
    """Somebody is invited to take an account. organisation_names empty: to the whole site."""

    inviter: str
    organisation_names: Mapping[str, str]


@told_by("members", hearers=("notifications",), is_urgent=True)
@dataclass(frozen=True, kw_only=True)
class SignInChanged(Message):
    """How somebody signs in has changed: they are told, in case it was not them.

    change: password_changed, codes_on, codes_off, recovery_codes_renewed, passkey_added,
    passkey_removed, token_given, provider_linked.
    """

    notice_id: UUID
    person_id: UUID
    email: str
    name: str
    locale: str
    time_zone: str
    change: str
    changed_at: datetime

    @property
    def subject(self) -> UUID:
        return self.notice_id


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class DataRequested(Message):
    """A person wants a copy of all that is held about them: every hearer sends what it has.

    email: an address that is theirs alone; None where it may be shared.
    """

    export_id: UUID
    person_id: UUID
    email: str | None

    @property
    def subject(self) -> UUID:
        return self.export_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class DataExportReady(_MailRequest):
    """All that is held about a person can be downloaded by them until `expires_at`."""

"""What members tells of its directory: segments, and records that became one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.members import BOTH
from shared.contracts.message import Message, told_by


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class PersonMerged(Message):
    """Two records of one person became one, or two again: what was the other's is the kept's.

    Undone, what moved by this merge goes back.
    """

    merge_id: UUID
    version: int
    kept_id: UUID
    gone_id: UUID
    is_undone: bool

    @property
    def subject(self) -> UUID:
        return self.merge_id


@told_by("members", hearers=BOTH)
@dataclass(frozen=True, kw_only=True)
class OrganisationMerged(Message):
    """Two records of one organisation became one, or two again: what was the other's is the kept's.

    Undone, what moved by this merge goes back.
    """

    merge_id: UUID
    version: int
    kept_id: UUID
    gone_id: UUID
    is_undone: bool

    @property
    def subject(self) -> UUID:
        return self.merge_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Message):
    """A person consented to a purpose of an organisation, in the words of that hash, or took it
    back: then `withdrawn_at` says when."""

    consent_id: UUID
    version: int
    purpose_id: UUID
    purpose_key: str
    organisation_id: UUID
    person_id: UUID
    text_number: int
    text_hash: str
    given_at: datetime
    withdrawn_at: datetime | None

    @property
    def subject(self) -> UUID:
        return self.consent_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class SegmentRecorded(Message):
    """A segment was made, changed or removed. member_kind: `people` or `organisations`."""

    segment_id: UUID
    version: int
    organisation_id: UUID
    names: Mapping[str, str]
    member_kind: str
    is_removed: bool

    @property
    def subject(self) -> UUID:
        return self.segment_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class SegmentMembersChanged(Message):
    """Who came into a segment and who left it: a thousand at most, further ones in the next."""

    segment_id: UUID
    version: int
    joined_ids: tuple[UUID, ...]
    left_ids: tuple[UUID, ...]

    @property
    def subject(self) -> UUID:
        return self.segment_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class ProviderNoticed(Message):
    """People are to be told what became of their organisation's own sign-in.

    notice: approved, removed. version: of the provider, when it was so.
    """

    organisation_id: UUID
    version: int
    notice: str
    organisation_names: Mapping[str, str]
    issuer: str
    person_ids: tuple[UUID, ...]

    @property
    def subject(self) -> UUID:
        return self.organisation_id

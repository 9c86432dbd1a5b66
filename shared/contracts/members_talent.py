"""What members tells of talent: what an alliance's people should be able to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class CapabilityState:
    """A capability of an edition. lineage_id: the same in every edition.

    esco_uri: of the concept in ESCO that it is nearest to.
    """

    capability_id: UUID
    lineage_id: UUID
    root: str
    code: str
    names: Mapping[str, str]
    esco_uri: str | None


@told_by("members", hearers=("notifications", "events"))
@dataclass(frozen=True, kw_only=True)
class CapabilityFrameworkPublished(Message):
    """An alliance published an edition of its capability framework, which never changes again."""

    framework_id: UUID
    version: int
    organisation_id: UUID
    number: int
    names: Mapping[str, str]
    capabilities: tuple[CapabilityState, ...]

    @property
    def subject(self) -> UUID:
        return self.framework_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class DemandAnswerAsked(Message):
    """A company is asked for its demand: at first, once more, or because it was returned.

    kind: asked, reminder or returned, then with the reason. link_token: bearer for this answer.
    """

    answer_id: UUID
    version: int
    round_id: UUID
    organisation_id: UUID
    organisation_names: Mapping[str, str]
    company_id: UUID
    company_names: Mapping[str, str]
    email: str
    locale: str
    titles: Mapping[str, str]
    closes_at: datetime
    time_zone: str
    kind: str
    reason: str
    link_token: str

    @property
    def subject(self) -> UUID:
        return self.answer_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class CaseNoticed(Message):
    """A case of the library took a step, to those whom it concerns.

    notice: submitted, returned, endorsed, published, declined or withdrawn.
    emails: of organisations that nobody looks after.
    """

    case_id: UUID
    version: int
    notice: str
    titles: Mapping[str, str]
    organisation_id: UUID
    organisation_names: Mapping[str, str]
    association_names: Mapping[str, str]
    alliance_id: UUID
    alliance_names: Mapping[str, str]
    reason: str
    person_ids: tuple[UUID, ...]
    emails: tuple[str, ...]

    @property
    def subject(self) -> UUID:
        return self.case_id


@told_by("members", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class ReferralNoticed(Message):
    """Something became of a trainee's need, to those whom it concerns. What is needed stays unsaid.

    notice: stated, offered, accepted, declined, met, closed, late or overdue. path: of the page.
    names: of the expert or technology. emails: of organisations that nobody looks after.
    """

    need_id: UUID
    version: int
    notice: str
    names: Mapping[str, str]
    organisation_id: UUID
    organisation_names: Mapping[str, str]
    due_at: datetime
    reason: str
    path: str
    person_ids: tuple[UUID, ...]
    emails: tuple[str, ...]

    @property
    def subject(self) -> UUID:
        return self.need_id

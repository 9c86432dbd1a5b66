"""What members tells of talent: what an alliance's people should be able to do."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@told_by("members", hearers=("notifications",))
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

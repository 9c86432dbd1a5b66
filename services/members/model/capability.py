"""What an alliance's people should be able to do: capabilities under three roots, in editions."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.contracts import talent_words
from shared.contracts.members_talent import CapabilityFrameworkPublished, CapabilityState
from shared.foundation.languages import Text

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
CODE: Final = r"^[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8}){0,3}$"
ESCO_CONCEPT: Final = (
    r"^http://data\.europa\.eu/esco/skill/"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
)
"""How ESCO names its skills, the green ones among them."""
MOST_CAPABILITIES: Final = 500
"""Of one edition."""
MOST_LEVELS: Final = 7
ROOTS: Final = talent_words.ROOTS
STAFF_LEVELS: Final = talent_words.STAFF_LEVELS
JOB_KINDS: Final = talent_words.JOB_KINDS
USUAL_LEVELS: Final[tuple[Text, ...]] = (
    {"en": "Knows", "zh-Hant": "知曉"},
    {"en": "Applies", "zh-Hant": "應用"},
    {"en": "Leads", "zh-Hant": "帶領"},
)


class CapabilityFramework(Base):
    """An edition of what an alliance asks for. number: counts from 1; one draft at a time.

    A published edition never changes; the next one starts as its copy.
    """

    __tablename__ = "capability_frameworks"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int]
    state: Mapped[str]
    names: Mapped[Text]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    def told(self, capabilities: list["Capability"]) -> CapabilityFrameworkPublished:
        """As others hear of it."""
        return CapabilityFrameworkPublished(
            framework_id=self.id,
            version=self.version,
            organisation_id=self.organisation_id,
            number=self.number,
            names=dict(self.names),
            capabilities=tuple(each.state() for each in capabilities),
        )


class Capability(Base):
    """One capability of one edition. levels: names of how well it is had, from the least on.

    lineage_id: the same in every edition; the id is another in each.
    """

    __tablename__ = "capabilities"
    __table_args__ = (
        UniqueConstraint("framework_id", "code"),
        Index(None, "organisation_id"),
        Index(None, "lineage_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    framework_id: Mapped[UUID] = mapped_column(ForeignKey("capability_frameworks.id"))
    lineage_id: Mapped[UUID]
    root: Mapped[str]
    code: Mapped[str]
    names: Mapped[Text]
    texts: Mapped[Text]
    levels: Mapped[list[Any]]
    esco_uri: Mapped[str | None]
    created_at: Mapped[datetime]

    def state(self) -> CapabilityState:
        """As others hear of it."""
        return CapabilityState(
            capability_id=self.id,
            lineage_id=self.lineage_id,
            root=self.root,
            code=self.code,
            names=dict(self.names),
            esco_uri=self.esco_uri,
        )

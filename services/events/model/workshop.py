"""A workshop: anything with sessions that people register for."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from shared.contracts.events import Venue, WorkshopState
from shared.foundation.languages import Text

KINDS = ("workshop", "course_run", "meeting", "ceremony")
STATES = (
    "draft",
    "published",
    "closed",
    "running",
    "held",
    "reported",
    "postponed",
    "cancelled",
)
MODES = ("open", "approval", "nomination", "invitation")
VISIBILITIES = ("public", "members", "hidden")
VENUE_MODES = ("onsite", "online", "hybrid")


class Workshop(Base):
    """One workshop; its seats are in its ledger.

    venue: {"mode", "name"?, "address"?, "url"?}. form: questions of the registration form.
    nominate_by, confirm_by, substitute_by: until when bodies name people, those answer, and
    somebody else can come instead; None: until a week after the naming, or until the start.
    proposal_id: of the project that it came of. course_id: of the host's course that it runs.
    """

    __tablename__ = "workshops"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "ends_after_start"),
        Index(None, "starts_at", "id"),
        Index(None, "ends_at"),
        Index(None, "host_id"),
        Index(None, "state", "starts_at"),
        Index(None, "proposal_id"),
        Index(None, "course_id"),
        # Its end answers at once how long the longest takes.
        Index("ix_workshops_length", text("(ends_at - starts_at)")).ddl_if(dialect="postgresql"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    titles: Mapped[Text]
    summary: Mapped[Text]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    host_id: Mapped[UUID]
    course_id: Mapped[UUID | None]
    proposal_id: Mapped[UUID | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str]
    venue: Mapped[dict[str, Any]]
    capacity: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    nominate_by: Mapped[datetime | None]
    confirm_by: Mapped[datetime | None]
    substitute_by: Mapped[datetime | None]
    mode: Mapped[str] = mapped_column(default="open")
    form: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    visibility: Mapped[str] = mapped_column(default="public")
    created_at: Mapped[datetime]

    @property
    def registration_ends_at(self) -> datetime:
        """From when on nobody can register: the closing time, at the latest the start."""
        return min(self.closes_at or self.starts_at, self.starts_at)

    @property
    def local_zone(self) -> ZoneInfo:
        """The venue's time zone."""
        return ZoneInfo(self.time_zone)

    def on_clock(self, moment: datetime) -> datetime:
        """The moment as a clock at the venue shows it, without a zone."""
        return moment.astimezone(self.local_zone).replace(tzinfo=None)

    @property
    def is_visible(self) -> bool:
        """Whether people other than its organizers may see it."""
        return self.state != "draft"

    @property
    def is_over(self) -> bool:
        """Whether it took place."""
        return self.state in ("held", "reported")

    @property
    def is_postponed(self) -> bool:
        """Whether its date holds no more."""
        return self.state == "postponed"

    @property
    def is_to_come(self) -> bool:
        """Whether people may look forward to it, at its date."""
        return self.state in ("published", "closed", "running")

    def told_as(self, host_names: Text) -> WorkshopState:
        """The state that messages carry."""
        return WorkshopState(
            workshop_id=self.id,
            version=self.version,
            titles=self.titles,
            summary=self.summary,
            kind=self.kind,
            state=self.state,
            host_id=self.host_id,
            host_names=host_names,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            time_zone=self.time_zone,
            venue=Venue(**self.venue),
        )

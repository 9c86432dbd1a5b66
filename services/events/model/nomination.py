"""A nomination: a body names a person for a seat; the person confirms by themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from shared.contracts.events import NominationState
from shared.foundation.languages import Text

ROLES = ("head", "member", "alternate")
CAPACITIES = ("delegate", "expert", "speaker", "observer")
STATES = (
    *("draft", "submitted", "confirmed", "registered"),
    *("declined", "substituted", "lapsed", "withdrawn"),
)
LIVE = "state IN ('draft', 'submitted', 'confirmed', 'registered')"
HEADS = f"role = 'head' AND {LIVE}"


class Nomination(Base):
    """State: draft, submitted, registered; or declined, substituted, lapsed, withdrawn.

    has_seat: whether it holds one (alternates hold none). nominated_by: the focal point.
    """

    __tablename__ = "nominations"
    __table_args__ = (
        Index(
            "uq_nominations_live_nominee",
            "workshop_id",
            "email_key",
            "name_key",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index(
            "uq_nominations_live_head",
            "workshop_id",
            "organisation_id",
            unique=True,
            sqlite_where=text(HEADS),
            postgresql_where=text(HEADS),
        ),
        Index(None, "workshop_id", "organisation_id", "id"),
        Index(None, "person_id"),
        Index(None, "state", "confirm_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    organisation_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    phone: Mapped[str | None]
    locale: Mapped[str]
    role: Mapped[str]
    capacity: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    has_seat: Mapped[bool] = mapped_column(default=False)
    substituted_by: Mapped[UUID | None]
    confirm_by: Mapped[datetime | None]
    nominated_by: Mapped[UUID | None]
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one nomination, for its mails."""
        return link_token("nomination", self.id, self.secret)

    def told_as(self, organisation_names: Text) -> NominationState:
        """The state that messages carry."""
        return NominationState(
            nomination_id=self.id,
            version=self.version,
            workshop_id=self.workshop_id,
            organisation_id=self.organisation_id,
            organisation_names=organisation_names,
            person_id=self.person_id,
            name=self.name,
            email=self.email,
            locale=self.locale,
            role=self.role,
            capacity=self.capacity,
            state=self.state,
            link_token=self.link_token,
            confirm_by=self.confirm_by,
        )

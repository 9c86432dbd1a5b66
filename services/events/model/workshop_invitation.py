"""An invitation to register: for one named person, good once."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from shared.contracts.events_invitations import WorkshopInvitationState

INVITATION_STATES: Final = ("sent", "opened", "registered", "declined", "revoked", "expired")
UNANSWERED: Final = ("sent", "opened")
STANDING: Final = "state IN ('sent', 'opened')"
DAYS: Final = (7, 2)
"""Before it ends, on which those who have not answered are reminded."""


class WorkshopInvitation(Base):
    """State: sent, opened, registered; or declined, revoked, expired.

    expires_at: from when on it is good no more; None: as long as one can register. reminded_days:
    before its end, of the last reminder. registration_id: what came of it.
    """

    __tablename__ = "workshop_invitations"
    __table_args__ = (
        Index(
            "uq_workshop_invitations_standing_guest",
            "workshop_id",
            "email_key",
            "name_key",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
        Index(None, "workshop_id", "id"),
        Index(None, "person_id"),
        Index(None, "email_key"),
        Index(None, "registration_id"),
        Index(None, "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    person_id: Mapped[UUID | None]
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(default="sent")
    expires_at: Mapped[datetime | None]
    reminded_days: Mapped[int | None]
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one invitation, for its mails."""
        return link_token("invitation", self.id, self.secret)

    def told_as(self) -> WorkshopInvitationState:
        """The state that messages carry."""
        return WorkshopInvitationState(
            invitation_id=self.id,
            version=self.version,
            workshop_id=self.workshop_id,
            person_id=self.person_id,
            name=self.name,
            email=self.email,
            locale=self.locale,
            state=self.state,
            registration_id=self.registration_id,
            link_token=self.link_token,
        )

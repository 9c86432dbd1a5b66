"""What events tells of invitations to register."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.events import MAIL
from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class WorkshopInvitationState:
    """The whole of an invitation. link_token: bearer for this one object, for its mails."""

    invitation_id: UUID
    version: int
    workshop_id: UUID
    person_id: UUID | None
    name: str
    email: str
    locale: str
    state: str
    registration_id: UUID | None
    link_token: str


@dataclass(frozen=True, kw_only=True)
class AboutWorkshopInvitation(Message):
    """What is told of one invitation."""

    invitation: WorkshopInvitationState

    @property
    def subject(self) -> UUID:
        return self.invitation.invitation_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopInvitationSent(AboutWorkshopInvitation):
    """Somebody is invited to register until then; or once more, on the organizer's wish."""

    until: datetime


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopInvitationDue(AboutWorkshopInvitation):
    """They have not answered, and the invitation ends soon."""

    until: datetime


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopInvitationEnded(AboutWorkshopInvitation):
    """They registered or declined; or it was revoked, or has expired. No mail comes of it."""

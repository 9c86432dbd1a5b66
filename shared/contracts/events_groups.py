"""What events tells of groups that one contact has registered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.events import MAIL
from shared.contracts.message import Message, told_by


@dataclass(frozen=True, kw_only=True)
class GroupState:
    """Whom to tell, and of how many. name, email: the contact's. place: of its first in line."""

    group_id: UUID
    workshop_id: UUID
    organisation_id: UUID | None
    person_id: UUID | None
    name: str
    email: str
    locale: str
    people: int
    place: int | None
    link_token: str


@dataclass(frozen=True, kw_only=True)
class _AboutGroup(Message):
    group: GroupState

    @property
    def subject(self) -> UUID:
        return self.group.group_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class GroupRegistered(_AboutGroup):
    """A contact has registered a group; of each of its people it is told by itself."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class GroupSeatsOffered(_AboutGroup):
    """Seats for a whole waiting group are held until `expires_at`; its contact answers."""

    expires_at: datetime

"""What events tells members of people: tokens used, what was erased, what was gathered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Message, told_by
from shared.contracts.privacy import DataGathered, PersonForgotten


@told_by("events", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class TokenUsedForEvents(Message):
    """A personal token was used here; told now and then, not for each request."""

    token_id: UUID
    used_at: datetime

    @property
    def subject(self) -> UUID:
        return self.token_id


@told_by("events", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class PersonForgottenByEvents(PersonForgotten):
    """What was erased of a person here."""


@told_by("events", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class DataGatheredByEvents(DataGathered):
    """Some of what is held about a person here."""

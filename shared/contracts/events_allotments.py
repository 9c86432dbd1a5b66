"""What events tells of seats that bodies have and do not use, and of who stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.events import MAIL, NominationState
from shared.contracts.message import Message, told_by


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SeatsUnused(Message):
    """A body has seats that nobody is named for, and loses them at `until`; days before it."""

    workshop_id: UUID
    organisation_id: UUID
    organisation_names: Mapping[str, str]
    seats: int
    until: datetime
    days: int

    @property
    def subject(self) -> UUID:
        return self.workshop_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class AlternateCalledUp(Message):
    """An alternate got the seat that a nominee of the body left.

    instead_of: that one's name, empty when they were erased. was_head: of the delegation, so that
    HeadLeft is told as well.
    """

    nomination: NominationState
    instead_of: str
    was_head: bool = False

    @property
    def subject(self) -> UUID:
        return self.nomination.nomination_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class HeadNamed(Message):
    """A body made one of its nominees the head of its delegation; former: now a member of it."""

    nomination: NominationState
    former: NominationState | None

    @property
    def subject(self) -> UUID:
        return self.nomination.nomination_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class HeadLeft(Message):
    """A delegation has no head any more, and people in it.

    left: the head's name, empty when they were erased. called_up: who has the seat now, as a
    member; empty for nobody.
    """

    workshop_id: UUID
    organisation_id: UUID
    organisation_names: Mapping[str, str]
    left: str
    called_up: str

    @property
    def subject(self) -> UUID:
        return self.workshop_id

"""What services say of an erasure and send of a person's data, each in a message of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Message


@dataclass(frozen=True, kw_only=True)
class ErasedCount:
    """How many things of a kind were deleted or blanked."""

    kind: str
    number: int


def counts_of(numbers: Mapping[str, int]) -> tuple[ErasedCount, ...]:
    """kind → how many, as a message carries it."""
    return tuple(ErasedCount(kind=kind, number=number) for kind, number in numbers.items())


@dataclass(frozen=True, kw_only=True)
class PersonForgotten(Message):
    """What was erased of a person. is_final: messages that came late were gone over, too."""

    person_id: UUID
    counts: tuple[ErasedCount, ...]
    forgotten_at: datetime
    is_final: bool

    @property
    def subject(self) -> UUID:
        return self.person_id


@dataclass(frozen=True, kw_only=True)
class DataGathered(Message):
    """Some of what is held about a person. number: from 0; is_last: nothing follows."""

    export_id: UUID
    person_id: UUID
    number: int
    section: str
    rows: tuple[Mapping[str, object], ...]
    is_last: bool

    @property
    def subject(self) -> UUID:
        return self.export_id

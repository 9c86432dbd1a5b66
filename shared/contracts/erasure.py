"""What services say of an erasure, each in a message of its own."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ErasedCount:
    """How many things of a kind were deleted or blanked."""

    kind: str
    number: int


def counts_of(numbers: Mapping[str, int]) -> tuple[ErasedCount, ...]:
    """kind → how many, as a message carries it."""
    return tuple(ErasedCount(kind=kind, number=number) for kind, number in numbers.items())

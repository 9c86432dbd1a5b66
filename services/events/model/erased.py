"""Whom nothing is known of any more: the name and the address that an erasure leaves in a row."""

from typing import Final
from uuid import UUID

ERASED: Final = "erased"
NOBODY: Final = "@erased.invalid"


def nobodys_address(row_id: UUID) -> str:
    """What stands for the address: another in each row, and no mail goes there (RFC 2606)."""
    return f"{row_id}{NOBODY}"


def is_erased(email: str) -> bool:
    """Whether the address is none, since its person was erased."""
    return email.endswith(NOBODY)


def known_address(email: str) -> str | None:
    """The address; None of an erased person."""
    return None if is_erased(email) else email

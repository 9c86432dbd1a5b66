"""Telling what a service holds about a person, in bounded pieces."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from shared.contracts.message import Message
from shared.messaging.outbox import tell_all

AT_ONCE: Final = 100


def tell_gathered(
    session: Session,
    kind: type[Any],
    sections: Iterable[tuple[str, Sequence[Any]]],
    *,
    export_id: UUID,
    person_id: UUID,
    now: datetime,
) -> None:
    """Tell all rows of the sections. The last piece says that it is, of nothing too.

    kind: the service's own message for a piece.
    """
    pieces = [
        (section, rows[start : start + AT_ONCE])
        for section, rows in sections
        for start in range(0, len(rows), AT_ONCE)
    ] or [("nothing", [])]
    messages: list[Message] = [
        kind(
            export_id=export_id,
            person_id=person_id,
            number=number,
            section=section,
            rows=tuple(rows),
            is_last=number == len(pieces) - 1,
        )
        for number, (section, rows) in enumerate(pieces)
    ]
    tell_all(session, messages, now=now)

"""Keeping who changed something, when, why and what it was before."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.actions.failures import WrongState
from services.notifications.model import Transition
from shared.foundation.sentences import wrong_state


class HasState(Protocol):
    """An announcement."""

    __tablename__: str
    id: UUID
    version: int
    state: str


def record(
    session: Session,
    subject: str,
    subject_id: UUID,
    *,
    before: str | Mapping[str, Any] | None,
    after: str | Mapping[str, Any],
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Keep a step. before, after: a state, or the values that were and are."""
    step = Transition(
        subject=subject,
        subject_id=subject_id,
        at=now,
        actor=actor,
        before=_text(before) if before is not None else None,
        after=_text(after),
        reason=reason,
    )
    session.add(step)


def _text(value: str | Mapping[str, Any]) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def move(
    session: Session, thing: HasState, state: str, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Put the thing into a state and keep the step."""
    before, thing.state = thing.state, state
    thing.version += 1
    record(
        session,
        thing.__tablename__,
        thing.id,
        before=before,
        after=state,
        actor=actor,
        now=now,
        reason=reason,
    )


def require_state(thing: HasState, *states: str, to: str) -> None:
    """Raise WrongState unless the thing is in one of the states. to: the verb, `be sent`."""
    if thing.state not in states:
        raise WrongState(wrong_state(thing.state, states, to=to))

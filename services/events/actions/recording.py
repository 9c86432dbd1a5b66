"""Changing a state and keeping who did it, when, why and what it was before."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.failures import WrongState
from services.events.model import Transition
from shared.foundation.sentences import wrong_state


class HasState(Protocol):
    """A workshop, nomination, registration or project proposal."""

    __tablename__: str
    id: UUID
    version: int
    state: str


def move(
    session: Session,
    thing: HasState,
    state: str,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
    happened_on: date | None = None,
) -> None:
    """Put the thing into a state and keep the step."""
    before, thing.state = thing.state, state
    thing.version += 1
    record(
        session,
        thing,
        before=before,
        actor=actor,
        now=now,
        reason=reason,
        happened_on=happened_on,
    )


def record(
    session: Session,
    thing: HasState,
    *,
    before: str | None,
    actor: str,
    now: datetime,
    reason: str = "",
    happened_on: date | None = None,
) -> None:
    """Keep a step that has been taken already."""
    step = Transition(
        subject=thing.__tablename__,
        subject_id=thing.id,
        at=now,
        actor=actor,
        before=before,
        after=thing.state,
        reason=reason,
        happened_on=happened_on,
    )
    session.add(step)


def require_state(thing: HasState, *states: str, to: str) -> None:
    """Raise WrongState unless the thing is in one of the states. to: the verb, `be published`."""
    if thing.state not in states:
        raise WrongState(wrong_state(thing.state, states, to=to))

"""Changing a state and keeping who did it, when, why and what it was before."""

from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.actions.failures import WrongState
from services.members.model import Base, Transition
from shared.foundation.sentences import wrong_state

SIGNING_KEYS: Final = 7239101
MEMBERSHIPS: Final = 7239102
INVITATIONS: Final = 7239104
PROVIDERS: Final = 7239105
ERASURES: Final = 7239106
GAPS: Final = 7239107
"""Numbers of turns that transactions take on PostgreSQL."""
TOOK_IN: Final = "another record taken in"
"""The step of a record that was kept; which the other was, only those may know who see both."""


class Aggregate(Protocol):
    """Something that the history is kept of."""

    __tablename__: str
    id: UUID


class HasState(Aggregate, Protocol):
    """A membership."""

    version: int
    state: str


def lock(session: Session, thing: Base) -> None:
    """Lock the row until the end of the transaction, and read it as it is now."""
    session.refresh(thing, with_for_update=True)


def take_turn(session: Session, number: int) -> None:
    """Wait until no other transaction has this turn; SQLite's writers take turns anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(number)))


def step_of(
    thing: Aggregate,
    after: str,
    *,
    before: str | None,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Transition:
    """A row of the history, not yet in a session."""
    return Transition(
        subject=thing.__tablename__,
        subject_id=thing.id,
        at=now,
        actor=actor,
        before=before,
        after=after,
        reason=reason,
    )


def record(
    session: Session,
    thing: Aggregate,
    after: str,
    *,
    before: str | None,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Keep a step that has been taken already."""
    session.add(step_of(thing, after, before=before, actor=actor, now=now, reason=reason))


def move(
    session: Session,
    thing: HasState,
    state: str,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Put the thing into a state and keep the step."""
    before, thing.state = thing.state, state
    thing.version += 1
    record(session, thing, state, before=before, actor=actor, now=now, reason=reason)


def require_state(thing: HasState, *states: str, to: str) -> None:
    """Raise WrongState unless the thing is in one of the states. to: the verb, `be approved`."""
    if thing.state not in states:
        raise WrongState(wrong_state(thing.state, states, to=to))

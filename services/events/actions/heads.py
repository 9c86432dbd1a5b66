"""The head of a delegation: at most one of a body's people at a workshop, and whom it chooses.

Whoever calls has locked the ledger first; only `make_head` locks it itself.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.actions.failures import DelegationHasHead, WrongState
from services.events.actions.recording import record, require_state
from services.events.actions.seats import lock_ledger
from services.events.model import Nomination, Transition, Workshop
from services.events.model.erased import is_erased
from services.events.queries.copies import organisation_names
from shared.contracts.events_allotments import HeadLeft, HeadNamed
from shared.foundation.sentences import said
from shared.messaging.outbox import tell

HEAD: Final = "head"
MEMBER: Final = "member"
LIVE: Final = ("draft", "submitted", "confirmed", "registered")
MERGED: Final = "Two bodies became one."
PARTED: Final = "The bodies are two again."


def find_head(session: Session, workshop_id: UUID, body_id: UUID) -> Nomination | None:
    """Who heads the body's delegation, asked or confirmed."""
    query = select(Nomination).where(
        Nomination.workshop_id == workshop_id,
        Nomination.organisation_id == body_id,
        Nomination.role == HEAD,
        Nomination.state.in_(LIVE),
    )
    return session.scalars(query).one_or_none()


def require_no_head(session: Session, workshop_id: UUID, body_id: UUID) -> None:
    """Raise DelegationHasHead where somebody heads the body's delegation already."""
    head = find_head(session, workshop_id, body_id)
    if head is not None:
        raise DelegationHasHead(
            said(
                "%(name)s is the head of this delegation, and it has one. Name this person as a "
                "member; whom you make the head then takes over.",
                name=head.name,
            )
        )


def make_head(
    session: Session, nomination: Nomination, *, actor: str, now: datetime, reason: str = ""
) -> Nomination:
    """The nominee heads the delegation of their body; who did so until now is a member of it.

    Doing it twice is one. Tells HeadNamed. Raises WrongState for an alternate.
    """
    lock_ledger(session, nomination.workshop_id)
    session.refresh(nomination)
    if nomination.role == HEAD and nomination.state in LIVE:
        return nomination
    require_state(nomination, *LIVE, to="head the delegation")
    workshop = session.get_one(Workshop, nomination.workshop_id, populate_existing=True)
    if workshop.state == "cancelled":
        raise WrongState("This workshop is cancelled.")
    if nomination.role == "alternate":
        raise WrongState(said("%(name)s is an alternate; a head has a seat.", name=nomination.name))
    former = find_head(session, nomination.workshop_id, nomination.organisation_id)
    if former is not None:
        change_role(session, former, MEMBER, actor=actor, now=now, reason=reason)
    change_role(session, nomination, HEAD, actor=actor, now=now, reason=reason)
    names = organisation_names(session, nomination.organisation_id)
    told = HeadNamed(
        nomination=nomination.told_as(names), former=former.told_as(names) if former else None
    )
    tell(session, told, now=now)
    return nomination


def change_role(
    session: Session,
    nomination: Nomination,
    role: str,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Give the nominee another role in the delegation, and keep that in its history."""
    before, nomination.role = nomination.role, role
    nomination.version += 1
    why = f"{role} instead of {before}. {reason}".strip()
    record(session, nomination, before=nomination.state, actor=actor, now=now, reason=why)
    session.flush()


def leave_one_head(
    session: Session, workshops: Iterable[UUID], kept_id: UUID, gone_id: UUID, *, now: datetime
) -> None:
    """Before two bodies become one: where both have a head, the kept one's stays."""
    for workshop_id in workshops:
        other = find_head(session, workshop_id, gone_id)
        if other is not None and find_head(session, workshop_id, kept_id) is not None:
            change_role(session, other, MEMBER, actor="timer", now=now, reason=MERGED)


def give_heads_back(
    session: Session, workshops: Iterable[UUID], gone_id: UUID, *, now: datetime
) -> None:
    """After a merge was undone: who headed the other's delegations does so again."""
    for workshop_id in workshops:
        if find_head(session, workshop_id, gone_id) is None:
            _give_head_back(session, workshop_id, gone_id, now=now)


def _give_head_back(session: Session, workshop_id: UUID, body_id: UUID, *, now: datetime) -> None:
    query = (
        select(Nomination)
        .join(Transition, Transition.subject_id == Nomination.id)
        .where(
            Nomination.workshop_id == workshop_id,
            Nomination.organisation_id == body_id,
            Nomination.role == MEMBER,
            Nomination.state.in_(LIVE),
            Transition.reason.endswith(MERGED),
        )
    )
    found = session.scalars(query.order_by(Transition.number.desc()).limit(1)).one_or_none()
    if found is not None:
        change_role(session, found, HEAD, actor="timer", now=now, reason=PARTED)


def tell_head_left(
    session: Session,
    workshop: Workshop,
    gone: Nomination,
    called_up: Nomination | None,
    *,
    now: datetime,
) -> None:
    """Tells HeadLeft where the head went and others of the delegation stay without one."""
    if gone.role != HEAD or _has_nobody_to_choose(session, gone):
        return
    told = HeadLeft(
        workshop_id=workshop.id,
        organisation_id=gone.organisation_id,
        organisation_names=organisation_names(session, gone.organisation_id),
        left="" if is_erased(gone.email) else gone.name,
        called_up=called_up.name if called_up else "",
    )
    tell(session, told, now=now)


def _has_nobody_to_choose(session: Session, gone: Nomination) -> bool:
    """Whether nobody else of the delegation has a seat, or somebody heads it again."""
    stay = select(func.count(), func.count().filter(Nomination.role == HEAD)).where(
        Nomination.workshop_id == gone.workshop_id,
        Nomination.organisation_id == gone.organisation_id,
        Nomination.state.in_(LIVE),
        Nomination.has_seat,
    )
    people, heads = session.execute(stay).one()
    return not people or bool(heads)

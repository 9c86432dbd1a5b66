"""The memberships of two organisations that become one: which of two goes on, and what returns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.actions.failures import Circle
from services.members.actions.recording import lock, move
from services.members.model import Membership, Organisation, OrganisationMerge
from services.members.model.membership import OPEN
from services.members.queries.scopes import ancestors_of
from shared.messaging.outbox import tell

FURTHEST: Final = (
    *("active", "in_grace", "suspended", "approved", "submitted", "returned", "draft"),
)
"""States from what has come furthest."""
MERGED: Final = "merged"
SIDES: Final = (("member_id", "host_id"), ("host_id", "member_id"))


def require_no_circle(session: Session, kept: Organisation, gone: Organisation) -> None:
    """Raise Circle where one belongs to the other by way of a third: it would belong to itself."""
    for lower, upper in ((kept, gone), (gone, kept)):
        query = select(Membership.host_id).where(
            Membership.member_id == lower.id,
            Membership.host_id != upper.id,
            Membership.state.in_(OPEN),
        )
        if any(upper.id in ancestors_of(session, host) for host in session.scalars(query)):
            raise Circle(
                "One of them belongs to the other by way of a third organisation. "
                "End that membership first."
            )


def collapse(
    session: Session, kept_id: UUID, gone_id: UUID, *, actor: str, now: datetime
) -> list[Any]:
    """Let rest what there would be twice; answers [id, state before] of each.

    What the two have with each other rests as well.
    """
    both = (kept_id, gone_id)
    between = select(Membership).where(
        Membership.member_id.in_(both), Membership.host_id.in_(both), Membership.state.in_(OPEN)
    )
    resting = list(session.scalars(between))
    for side, other in SIDES:
        own, others = (
            {getattr(each, other): each for each in _open_at(session, side, id_)}
            for id_ in (kept_id, gone_id)
        )
        twice = sorted(own.keys() & others.keys())
        resting += [max(own[each], others[each], key=_rank) for each in twice]
    collapsed = []
    for each in resting:
        lock(session, each)
        collapsed.append([str(each.id), each.state])
        move(session, each, MERGED, actor=actor, now=now, reason="merged")
        tell(session, each.told(), now=now)
    session.flush()
    return collapsed


def _rank(membership: Membership) -> tuple[Any, ...]:
    """The least of two goes on: the furthest, and then the oldest."""
    return FURTHEST.index(membership.state), membership.starts_on, membership.id


def _open_at(session: Session, side: str, organisation_id: UUID) -> Sequence[Membership]:
    query = select(Membership).where(
        getattr(Membership, side) == organisation_id, Membership.state.in_(OPEN)
    )
    return session.scalars(query).all()


def memberships_to_move(
    session: Session, kept_id: UUID, gone_id: UUID
) -> list[tuple[Membership, str]]:
    """The other's, with the column that names it; not those of the two with each other, nor the
    ones that rest."""
    query = select(Membership).where(
        or_(Membership.member_id == gone_id, Membership.host_id == gone_id),
        Membership.member_id != kept_id,
        Membership.host_id != kept_id,
        Membership.state != MERGED,
    )
    return [
        (each, "member_id" if each.member_id == gone_id else "host_id")
        for each in session.scalars(query.order_by(Membership.id))
    ]


def restore(session: Session, merge: OrganisationMerge, *, actor: str, now: datetime) -> None:
    """What rested has the state that it had, unless the pair has another open one by now."""
    for id_, state in merge.collapsed:
        found = session.get_one(Membership, UUID(id_))
        lock(session, found)
        if found.state != MERGED or _has_open(session, found):
            continue
        move(session, found, state, actor=actor, now=now, reason="merge undone")
        session.flush()
        tell(session, found.told(), now=now)


def _has_open(session: Session, found: Membership) -> bool:
    query = select(Membership.id).where(
        Membership.member_id == found.member_id,
        Membership.host_id == found.host_id,
        Membership.state.in_(OPEN),
    )
    return session.scalars(query).first() is not None

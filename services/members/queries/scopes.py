"""Who may see and do what, by the organisation tree."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from services.members.model import Membership, Organisation
from services.members.model.membership import ACTIVE, UNDECIDED
from shared.foundation.identities import Asker, Role
from shared.subtrees import Tree

MANAGERS: Final = (Role.OPERATOR, Role.ORGANIZER, Role.FOCAL_POINT)
READERS: Final = (*MANAGERS, Role.READER)
# From what may do least to what may do most.
RANKS: Final = (Role.READER, Role.FOCAL_POINT, Role.ORGANIZER, Role.OPERATOR)
TREE: Final = Tree(Membership.member_id, Membership.host_id, Membership.state.in_(ACTIVE))
ancestors_of, below, covers = TREE.ancestors_of, TREE.below, TREE.covers
within, is_below = TREE.within, TREE.is_below


def is_above_by_walking(column: Any, organisation_ids: Sequence[UUID]) -> ColumnElement[bool]:
    """As `below`, asked upwards for each row: for few rows of an asker who reaches many."""
    upward = (
        select(Membership.host_id)
        .where(Membership.member_id == column, Membership.state.in_(ACTIVE))
        .correlate(column.table)
        .cte(recursive=True, nesting=True)
    )
    further = aliased(Membership)
    upward = upward.union(
        select(further.host_id).where(
            further.member_id == upward.c.host_id, further.state.in_(ACTIVE)
        )
    )
    return exists(select(upward.c.host_id).where(upward.c.host_id.in_(organisation_ids)))


def holds(
    session: Session, asker: Asker, role: Role, organisation_id: UUID | None, *, subtree: bool
) -> bool:
    """Whether the asker has that much themselves: the role or a higher one, as far or farther."""
    if asker.identity is None:
        return False
    higher = RANKS[RANKS.index(role) :]
    held = [g for g in asker.identity.places(*higher) if g.role is not Role.READER]
    everywhere = [g for g in held if g.organisation_id is None]
    if everywhere or organisation_id is None or role is Role.OPERATOR:
        return bool(everywhere)
    wide = [g for g in held if g.subtree or not subtree]
    return covers(session, wide, organisation_id)


def _own_unplaced(asker: Asker) -> Select[UUID]:
    """Organisations that the asker recorded and that have not become anybody's member yet."""
    placed = aliased(Membership)
    has_place = exists().where(placed.member_id == Organisation.id, placed.state.not_in(UNDECIDED))
    return select(Organisation.id).where(Organisation.registered_by == asker.person_id, ~has_place)


def managed(column: Any, asker: Asker) -> ColumnElement[bool]:
    """Rows whose organisation the asker manages."""
    inside = within(column, asker, *MANAGERS)
    if asker.has(*MANAGERS):
        return or_(inside, column.in_(_own_unplaced(asker)))
    return inside


def may_manage(session: Session, asker: Asker, organisation_id: UUID) -> bool:
    """Whether the asker manages the organisation: by a grant, or because they recorded it
    and it belongs nowhere yet."""
    if asker.identity is None or not asker.has(*MANAGERS):
        return False
    if covers(session, asker.identity.places(*MANAGERS), organisation_id):
        return True
    query = _own_unplaced(asker).where(Organisation.id == organisation_id)
    return session.scalar(query) is not None


def may_read(session: Session, asker: Asker, organisation_id: UUID) -> bool:
    """Whether the asker sees the organisation's people and contact data."""
    if asker.identity is None:
        return False
    return may_manage(session, asker, organisation_id) or covers(
        session, asker.identity.places(Role.READER), organisation_id
    )

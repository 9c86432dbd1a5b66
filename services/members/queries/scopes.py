"""Who may see and do what, by the organisation tree."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Select, exists, false, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import FunctionElement

from services.members.model import Membership, Organisation
from services.members.model.membership import ACTIVE, UNDECIDED
from shared.foundation.identities import Asker, Grant, Role

MANAGERS: Final = (Role.OPERATOR, Role.ORGANIZER, Role.FOCAL_POINT)
READERS: Final = (*MANAGERS, Role.READER)
# From what may do least to what may do most.
RANKS: Final = (Role.READER, Role.FOCAL_POINT, Role.ORGANIZER, Role.OPERATOR)


def ancestors_of(session: Session, organisation_id: UUID) -> set[UUID]:
    """The organisation itself and all that it belongs to, directly or not."""
    upward = (
        select(Membership.host_id)
        .where(Membership.member_id == organisation_id, Membership.state.in_(ACTIVE))
        .cte(recursive=True)
    )
    upward = upward.union(
        select(Membership.host_id).where(
            Membership.member_id == upward.c.host_id, Membership.state.in_(ACTIVE)
        )
    )
    return {organisation_id, *session.scalars(select(upward.c.host_id))}


def below(organisation_ids: Sequence[UUID]) -> Select[UUID]:
    """The ids of all members of these organisations, directly or not."""
    downward = (
        select(Membership.member_id)
        .where(Membership.host_id.in_(organisation_ids), Membership.state.in_(ACTIVE))
        .cte(recursive=True)
    )
    downward = downward.union(
        select(Membership.member_id).where(
            Membership.host_id == downward.c.member_id, Membership.state.in_(ACTIVE)
        )
    )
    return select(downward.c.member_id)


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


def is_below(column: Any, organisation_id: UUID) -> ColumnElement[bool]:
    """Rows whose organisation is a member of this one, directly or not."""
    return _Among(column, below([organisation_id]))


class _Among(FunctionElement[bool]):
    """Whether a column's value is among what a statement finds.

    PostgreSQL takes what a recursion finds for millions of rows, and would read all of it for
    each row that it compares; a list it takes for few, and looks in it by hash.
    """

    inherit_cache = True
    name = "among"
    type = Boolean()

    def __init__(self, column: Any, ids: Select[UUID]):
        super().__init__(column, ids.scalar_subquery())


@compiles(_Among)
def _in_statement(element: _Among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN {ids}"


@compiles(_Among, "postgresql")
def _in_list(element: _Among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT unnest(ARRAY{ids}))"


def covers(session: Session, grants: Sequence[Grant], organisation_id: UUID) -> bool:
    """Whether one of the grants reaches the organisation."""
    if any(g.organisation_id in (None, organisation_id) for g in grants):
        return True
    wide = {g.organisation_id for g in grants if g.subtree}
    return bool(wide) and not wide.isdisjoint(ancestors_of(session, organisation_id))


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


def within(column: Any, asker: Asker, *roles: Role) -> ColumnElement[bool]:
    """Rows whose organisation the asker has one of the roles for."""
    grants = asker.identity.places(*roles) if asker.identity else []
    if any(grant.organisation_id is None for grant in grants):
        return true()
    own = [g.organisation_id for g in grants if g.organisation_id]
    wide = [g.organisation_id for g in grants if g.organisation_id and g.subtree]
    if not own:
        return false()
    inside: ColumnElement[bool] = column.in_(own)
    return or_(inside, _Among(column, below(wide))) if wide else inside


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

"""The tree of organisations by their memberships: what is above and below, and who reaches it.

A member may have several hosts. Each service keeps the memberships in a table of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Select, false, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from shared.foundation.identities import Asker, Grant, Role


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


@dataclass(frozen=True)
class Tree:
    """A service's memberships. member, host: the columns; is_active: which rows count."""

    member: Any
    host: Any
    is_active: Any

    def ancestors_of(self, session: Session, organisation_id: UUID) -> set[UUID]:
        """The organisation itself and all that it belongs to, directly or not."""
        first = select(self.host).where(self.member == organisation_id, self.is_active)
        upward = first.cte(recursive=True)
        found = upward.c[0]
        upward = upward.union(select(self.host).where(self.member == found, self.is_active))
        return {organisation_id, *session.scalars(select(upward.c[0]))}

    def below(self, organisation_ids: Sequence[UUID]) -> Select[UUID]:
        """The ids of all members of these organisations, directly or not."""
        first = select(self.member).where(self.host.in_(organisation_ids), self.is_active)
        downward = first.cte(recursive=True)
        found = downward.c[0]
        downward = downward.union(select(self.member).where(self.host == found, self.is_active))
        return select(downward.c[0])

    def is_below(self, column: Any, organisation_id: UUID) -> ColumnElement[bool]:
        """Rows whose organisation is a member of this one, directly or not."""
        return _Among(column, self.below([organisation_id]))

    def covers(self, session: Session, grants: Sequence[Grant], organisation_id: UUID) -> bool:
        """Whether one of the grants reaches the organisation."""
        if any(grant.organisation_id in (None, organisation_id) for grant in grants):
            return True
        wide = {grant.organisation_id for grant in grants if grant.subtree}
        return bool(wide) and not wide.isdisjoint(self.ancestors_of(session, organisation_id))

    def within(self, column: Any, asker: Asker, *roles: Role) -> ColumnElement[bool]:
        """Rows whose organisation the asker has one of the roles for."""
        grants = asker.identity.places(*roles) if asker.identity else []
        if any(grant.organisation_id is None for grant in grants):
            return true()
        own = [grant.organisation_id for grant in grants if grant.organisation_id]
        wide = [
            grant.organisation_id for grant in grants if grant.organisation_id and grant.subtree
        ]
        if not own:
            return false()
        inside: ColumnElement[bool] = column.in_(own)
        return or_(inside, _Among(column, self.below(wide))) if wide else inside

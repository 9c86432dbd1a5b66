"""Which deliveries an organizer may see: those about workshops of their hosts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from services.notifications.model import MembershipCopy
from shared.foundation.identities import Asker, Role


def below(organisation_ids: Sequence[UUID]) -> Select[UUID]:
    """The ids of all members of these organisations, directly or not."""
    downward = (
        select(MembershipCopy.member_id)
        .where(MembershipCopy.host_id.in_(organisation_ids), MembershipCopy.is_active)
        .cte("downward", recursive=True)
    )
    downward = downward.union(
        select(MembershipCopy.member_id).where(
            MembershipCopy.host_id == downward.c.member_id, MembershipCopy.is_active
        )
    )
    return select(downward.c.member_id)


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
    return or_(inside, column.in_(below(wide))) if wide else inside

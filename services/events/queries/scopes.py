"""Who may see and do what, by the organisation tree that members tells."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from services.events.model import MembershipCopy, Workshop
from shared.foundation.identities import Asker, Grant, Role

ORGANIZERS = (Role.ORGANIZER, Role.OPERATOR)


def ancestors_of(session: Session, organisation_id: UUID) -> set[UUID]:
    """The organisation itself and all that it belongs to, directly or not."""
    upward = (
        select(MembershipCopy.host_id)
        .where(MembershipCopy.member_id == organisation_id, MembershipCopy.is_active)
        .cte("upward", recursive=True)
    )
    upward = upward.union(
        select(MembershipCopy.host_id).where(
            MembershipCopy.member_id == upward.c.host_id, MembershipCopy.is_active
        )
    )
    return {organisation_id, *session.scalars(select(upward.c.host_id))}


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


def _covers(session: Session, grants: Sequence[Grant], organisation_id: UUID) -> bool:
    if any(g.organisation_id in (None, organisation_id) for g in grants):
        return True
    wide = {g.organisation_id for g in grants if g.subtree}
    return bool(wide) and not wide.isdisjoint(ancestors_of(session, organisation_id))


def may_organize(session: Session, asker: Asker, host_id: UUID) -> bool:
    """Whether the asker runs workshops of this host."""
    if asker.identity is None:
        return False
    return _covers(session, asker.identity.places(*ORGANIZERS), host_id)


def may_speak_for(session: Session, asker: Asker, organisation_id: UUID) -> bool:
    """Whether the asker is a focal point of this organisation or of one above it."""
    if asker.identity is None:
        return False
    grants = asker.identity.places(Role.FOCAL_POINT, Role.OPERATOR)
    return _covers(session, grants, organisation_id)


def may_nominate(session: Session, asker: Asker, workshop: Workshop, body_id: UUID) -> bool:
    """Whether the asker may name people for the body: its focal points, and the organizers."""
    return may_speak_for(session, asker, body_id) or may_organize(session, asker, workshop.host_id)


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

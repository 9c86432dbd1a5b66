"""Grants as an asker may see them, and those in force."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.members.model import RoleGrant
from services.members.queries.scopes import MANAGERS, within
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker, Role


def grants_for(asker: Asker) -> Select[RoleGrant]:
    """Grants at the asker's organisations, and their own, that were not taken away."""
    mine: Any = RoleGrant.person_id == asker.person_id
    reached = within(RoleGrant.organisation_id, asker, *MANAGERS)
    return select(RoleGrant).where(RoleGrant.revoked_at.is_(None), or_(mine, reached))


def get_grant(session: Session, grant_id: UUID, asker: Asker) -> RoleGrant:
    """The grant, if the asker may see it. Raises NotFound."""
    found = session.scalars(grants_for(asker).where(RoleGrant.id == grant_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such grant.")
    return found


def live_grants(session: Session, person_id: UUID, *, now: datetime) -> list[RoleGrant]:
    """What the person may do at the instant."""
    query = select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.is_live_at(now))
    return list(session.scalars(query.order_by(RoleGrant.id)))


def focal_points_by_grant(session: Session, organisation_id: UUID, *, now: datetime) -> set[UUID]:
    """People who may act for the organisation now, be it by an office, an invitation or a grant."""
    query = select(RoleGrant.person_id).where(
        RoleGrant.organisation_id == organisation_id,
        RoleGrant.role == Role.FOCAL_POINT,
        RoleGrant.is_live_at(now),
    )
    return set(session.scalars(query))

"""Capability frameworks as an asker may see them: drafts only by those who manage the alliance."""

from uuid import UUID

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from services.members.model import Capability, CapabilityFramework
from services.members.model.capability import PUBLISHED, ROOTS
from services.members.queries.scopes import managed, may_manage
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker

PLACE_OF_ROOT = case(*((Capability.root == root, at) for at, root in enumerate(ROOTS)), else_=9)


def frameworks_for(
    asker: Asker, organisation_id: UUID | None = None
) -> Select[CapabilityFramework]:
    """Published editions of everybody, and drafts of those that the asker manages."""
    query = select(CapabilityFramework).where(
        or_(
            CapabilityFramework.state == PUBLISHED,
            managed(CapabilityFramework.organisation_id, asker),
        )
    )
    if organisation_id is None:
        return query
    return query.where(CapabilityFramework.organisation_id == organisation_id)


def get_framework(session: Session, framework_id: UUID, asker: Asker) -> CapabilityFramework:
    """An edition: published, or a draft of one's own. Raises NotFound."""
    found = session.get(CapabilityFramework, framework_id)
    if found is not None and (
        found.state == PUBLISHED or may_manage(session, asker, found.organisation_id)
    ):
        return found
    raise NotFound("There is no such capability framework.")


def get_managed_framework(
    session: Session, framework_id: UUID, asker: Asker
) -> CapabilityFramework:
    """An edition of an alliance that one manages. Raises Forbidden for another's."""
    found = get_framework(session, framework_id, asker)
    if not may_manage(session, asker, found.organisation_id):
        raise Forbidden("Only those who manage this organisation may do this.")
    return found


def get_capability(
    session: Session, capability_id: UUID, asker: Asker
) -> tuple[Capability, CapabilityFramework]:
    """One of a published edition, or of a draft of one's own, with its edition."""
    found = session.get(Capability, capability_id)
    if found is None:
        raise NotFound("There is no such capability.")
    return found, get_framework(session, found.framework_id, asker)


def get_managed_capability(
    session: Session, capability_id: UUID, asker: Asker
) -> tuple[Capability, CapabilityFramework]:
    """One of an alliance that one manages, with its edition."""
    found, framework = get_capability(session, capability_id, asker)
    return found, get_managed_framework(session, framework.id, asker)


def capabilities_of(framework_id: UUID) -> Select[Capability]:
    """Those of an edition, by root and code."""
    query = select(Capability).where(Capability.framework_id == framework_id)
    return query.order_by(PLACE_OF_ROOT, Capability.code)


def current_capabilities(
    organisation_id: UUID | None = None, root: str | None = None
) -> Select[Capability]:
    """Those that hold now: of the latest published edition of each alliance, in no order."""
    newest = (
        select(CapabilityFramework.organisation_id, func.max(CapabilityFramework.number))
        .where(CapabilityFramework.state == PUBLISHED)
        .group_by(CapabilityFramework.organisation_id)
        .subquery("newest")
    )
    owner, number = newest.c
    query = (
        select(Capability)
        .join(CapabilityFramework, CapabilityFramework.id == Capability.framework_id)
        .join(
            newest, (owner == Capability.organisation_id) & (number == CapabilityFramework.number)
        )
    )
    if organisation_id is not None:
        query = query.where(Capability.organisation_id == organisation_id)
    return query if root is None else query.where(Capability.root == root)


def latest_published(session: Session, organisation_id: UUID) -> CapabilityFramework | None:
    """The edition that holds now."""
    query = select(CapabilityFramework).where(
        CapabilityFramework.organisation_id == organisation_id,
        CapabilityFramework.state == PUBLISHED,
    )
    return session.scalars(query.order_by(CapabilityFramework.number.desc()).limit(1)).first()


def alliances_with_frameworks(session: Session) -> list[UUID]:
    """The ids of alliances that have published an edition."""
    query = select(CapabilityFramework.organisation_id).where(
        CapabilityFramework.state == PUBLISHED
    )
    return sorted(set(session.scalars(query)))

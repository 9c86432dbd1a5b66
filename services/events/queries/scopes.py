"""Who may see and do what, by the organisation tree that members tells."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.events.model import MembershipCopy, Workshop
from shared.foundation.identities import Asker, Role
from shared.subtrees import Tree

ORGANIZERS = (Role.ORGANIZER, Role.OPERATOR)
TREE = Tree(MembershipCopy.member_id, MembershipCopy.host_id, MembershipCopy.is_active)
within = TREE.within


def may_organize(session: Session, asker: Asker, host_id: UUID) -> bool:
    """Whether the asker runs workshops of this host."""
    if asker.identity is None:
        return False
    return TREE.covers(session, asker.identity.places(*ORGANIZERS), host_id)


def may_speak_for(session: Session, asker: Asker, organisation_id: UUID) -> bool:
    """Whether the asker is a focal point of this organisation or of one above it."""
    if asker.identity is None:
        return False
    grants = asker.identity.places(Role.FOCAL_POINT, Role.OPERATOR)
    return TREE.covers(session, grants, organisation_id)


def may_nominate(session: Session, asker: Asker, workshop: Workshop, body_id: UUID) -> bool:
    """Whether the asker may name people for the body: its focal points, and the organizers."""
    return may_speak_for(session, asker, body_id) or may_organize(session, asker, workshop.host_id)

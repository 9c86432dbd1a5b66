"""Which deliveries an organizer may see, and for whom somebody may speak."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.model import MembershipCopy
from shared.foundation.identities import Asker, Role
from shared.subtrees import Tree

TREE = Tree(MembershipCopy.member_id, MembershipCopy.host_id, MembershipCopy.is_active)
SPEAKERS = (Role.ORGANIZER, Role.FOCAL_POINT, Role.OPERATOR)
ORGANIZERS = (Role.ORGANIZER, Role.OPERATOR)
within = TREE.within


def covers(session: Session, asker: Asker, organisation_id: UUID, *roles: Role) -> bool:
    """Whether the asker has one of the roles for this organisation."""
    if asker.identity is None:
        return False
    return TREE.covers(session, asker.identity.places(*roles), organisation_id)


def may_speak_for(
    session: Session, asker: Asker, organisation_id: UUID, *, subtree: bool = False
) -> bool:
    """Whether the asker tells people in this organisation's name. subtree: and all below it."""
    if asker.identity is None:
        return False
    grants = asker.identity.places(*SPEAKERS)
    if subtree:
        grants = [each for each in grants if each.subtree or each.organisation_id is None]
    return TREE.covers(session, grants, organisation_id)

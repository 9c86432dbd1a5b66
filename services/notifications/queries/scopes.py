"""Which deliveries an organizer may see: those about workshops of their hosts."""

from services.notifications.model import MembershipCopy
from shared.subtrees import Tree

TREE = Tree(MembershipCopy.member_id, MembershipCopy.host_id, MembershipCopy.is_active)
within = TREE.within

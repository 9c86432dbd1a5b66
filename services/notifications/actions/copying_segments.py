"""Keeping segments and who is in them, as members tells them."""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.model import Recipient, SegmentCopy, SegmentMemberCopy
from shared.contracts.members_directory import SegmentMembersChanged, SegmentRecorded
from shared.database import is_among, keep_newer


def keep_segment(session: Session, message: SegmentRecorded) -> None:
    """Keep the segment without its members."""
    values = {
        "id": message.segment_id,
        "version": message.version,
        "organisation_id": message.organisation_id,
        "names": dict(message.names),
        "kind": message.member_kind,
        "is_removed": message.is_removed,
    }
    keep_newer(session, SegmentCopy, values)


def keep_segment_members(session: Session, message: SegmentMembersChanged) -> None:
    """Keep who came and who left; those who were erased since stay away."""
    erased = select(Recipient.id).where(
        is_among(session, Recipient.id, message.joined_ids), Recipient.is_erased
    )
    joined = set(message.joined_ids) - set(session.scalars(erased))
    rows = [_row(message, each, is_member=True) for each in sorted(joined)]
    rows += [_row(message, each, is_member=False) for each in message.left_ids]
    if rows:
        keep_newer(session, SegmentMemberCopy, *rows)


def _row(message: SegmentMembersChanged, member_id: UUID, *, is_member: bool) -> dict[str, Any]:
    return {
        "id": uuid5(message.segment_id, str(member_id)),
        "version": message.version,
        "segment_id": message.segment_id,
        "member_id": member_id,
        "is_member": is_member,
    }

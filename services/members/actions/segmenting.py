"""Segments: keeping them, evaluating them, and telling who came and who left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from services.members.actions.recording import lock, record
from services.members.model import ConsentPurpose, Organisation, Segment, SegmentMember
from services.members.queries.segments import belonging, members_now, segments_by_consent
from shared.contracts.members_directory import SegmentMembersChanged
from shared.database import is_among
from shared.days import day_of
from shared.foundation.failures import Fault, Invalid
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell, tell_all

PIECE: Final = 1000
"""The most people that one message names."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whom a segment is to hold: filters that all hold, or who was picked by hand."""

    filters: Mapping[str, Any] | None = None
    picked: Sequence[UUID] = ()


def make_segment(
    session: Session,
    organisation: Organisation,
    kind: str,
    names: Mapping[str, str],
    wanted: Wanted,
    *,
    actor: str,
    now: datetime,
) -> Segment:
    """The organisation has a segment; it is evaluated at once.

    Tells SegmentRecorded and, in pieces, SegmentMembersChanged. Raises Invalid for somebody
    picked who is nobody of the organisation's.
    """
    made = Segment(
        id=new_id(),
        version=1,
        organisation_id=organisation.id,
        kind=kind,
        names=dict(names),
        member_count=0,
        created_at=now,
        evaluated_at=None,
        removed_at=None,
    )
    _want(session, made, wanted, now=now)
    session.add(made)
    record(session, made, "recorded", before=None, actor=actor, now=now)
    tell(session, made.told(), now=now)
    evaluate(session, made, now=now)
    return made


def _want(session: Session, segment: Segment, wanted: Wanted, *, now: datetime) -> None:
    _require_own_purpose(session, segment, wanted.filters or {})
    picked = list(dict.fromkeys(wanted.picked))
    if wanted.filters is None:
        known = belonging(
            session, segment.organisation_id, segment.kind, picked, today=day_of(session, now)
        )
        faults = [
            Fault(f"/member_ids/{place}", "The organisation has nobody with this id.")
            for place, each in enumerate(wanted.picked)
            if each not in known
        ]
        if faults:
            raise Invalid("Pick among those of the organisation.", faults=faults)
    segment.filters = dict(wanted.filters) if wanted.filters is not None else None
    segment.picked = [str(each) for each in picked]


def _require_own_purpose(session: Session, segment: Segment, filters: Mapping[str, Any]) -> None:
    """Who consented to another organisation's purpose has not consented to this one's."""
    if "consent" not in filters:
        return
    if segment.kind != "people":
        raise Invalid.at("/filters/consent", "People consent; organisations don't.")
    purpose = session.get(ConsentPurpose, UUID(filters["consent"]))
    if purpose is None or purpose.organisation_id != segment.organisation_id:
        raise Invalid.at("/filters/consent", "The organisation doesn't ask consent to this.")


def change_segment(
    session: Session,
    segment: Segment,
    *,
    names: Mapping[str, str] | None = None,
    wanted: Wanted | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Give it other names, filters or members, and evaluate it. The caller has locked it."""
    if names is not None:
        segment.names = dict(names)
    if wanted is not None:
        _want(session, segment, wanted, now=now)
    segment.version += 1
    record(session, segment, "changed", before="recorded", actor=actor, now=now)
    tell(session, segment.told(), now=now)
    evaluate(session, segment, now=now)


def remove_segment(session: Session, segment: Segment, *, actor: str, now: datetime) -> None:
    """Nobody can be addressed by it any more. Tells SegmentRecorded. Twice is once."""
    lock(session, segment)
    if segment.removed_at is not None:
        return
    segment.removed_at = now
    segment.version += 1
    session.execute(delete(SegmentMember).where(SegmentMember.segment_id == segment.id))
    record(session, segment, "removed", before="recorded", actor=actor, now=now)
    tell(session, segment.told(), now=now)


def evaluate(session: Session, segment: Segment, *, now: datetime, anew: bool = False) -> None:
    """Find who is in it now, and tell who came and who left. The caller has locked it.

    anew: tell all who are in it, for a hearer that has lost them.
    """
    session.flush()
    query = select(SegmentMember.member_id).where(SegmentMember.segment_id == segment.id)
    before = set(session.scalars(query))
    after = set(session.scalars(members_now(session, segment, today=day_of(session, now))))
    came, left = after - before, before - after
    _keep(session, segment, came, left)
    joined = sorted(after if anew else came)
    messages = []
    for ids, is_joining in ((joined, True), (sorted(left), False)):
        for place in range(0, len(ids), PIECE):
            piece = tuple(ids[place : place + PIECE])
            segment.version += 1
            messages.append(
                SegmentMembersChanged(
                    segment_id=segment.id,
                    version=segment.version,
                    joined_ids=piece if is_joining else (),
                    left_ids=() if is_joining else piece,
                )
            )
    segment.member_count, segment.evaluated_at = len(after), now
    tell_all(session, messages, now=now)


def _keep(session: Session, segment: Segment, came: set[UUID], left: set[UUID]) -> None:
    if came:
        rows = [{"segment_id": segment.id, "member_id": each} for each in came]
        session.execute(insert(SegmentMember), rows)
    gone = sorted(left)
    for place in range(0, len(gone), PIECE):
        piece = is_among(session, SegmentMember.member_id, gone[place : place + PIECE])
        session.execute(delete(SegmentMember).where(SegmentMember.segment_id == segment.id, piece))


def leave_by_consent(session: Session, purpose_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Nobody is addressed any more by what they consented to. Tells SegmentMembersChanged."""
    found = segments_by_consent(purpose_id).order_by(Segment.id).with_for_update()
    for segment in session.scalars(found).all():
        held = session.get(SegmentMember, (segment.id, person_id))
        if held is None:
            continue
        session.delete(held)
        segment.version += 1
        segment.member_count -= 1
        left = SegmentMembersChanged(
            segment_id=segment.id, version=segment.version, joined_ids=(), left_ids=(person_id,)
        )
        tell(session, left, now=now)


def forget_in_segments(session: Session, person_id: UUID) -> None:
    """No segment names the person any more; who hears of the erasure forgets them too."""
    held = select(SegmentMember.segment_id).where(SegmentMember.member_id == person_id)
    for segment in session.scalars(select(Segment).where(Segment.id.in_(held))):
        segment.picked = [each for each in segment.picked if each != str(person_id)]
    session.execute(delete(SegmentMember).where(SegmentMember.member_id == person_id))

"""Who is in an audience: each person once, by whichever lists they are on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from services.notifications.model import (
    AttendanceCopy,
    MembershipCopy,
    OrganisationCopy,
    PostCopy,
    Recipient,
    SegmentCopy,
    SegmentMemberCopy,
)
from shared.database import is_among
from shared.foundation.names import PersonName, fold, fold_email

PERSON: Final = "person"
ATTENDANCE: Final = "attendance"
COMPANY: Final = "company"
AT_ONCE: Final = 10_000
"""Values of one statement: SQLite takes 32,766."""
FETCHED: Final = 1000
"""Rows that are in memory at a time, of those that may be everybody."""
TOLD_STATES: Final = (
    *("confirmed", "attended", "pending", "waiting", "offered"),
    *("submitted", "registered"),
)
ROSTER_STATES: Final = (
    *("pending", "waiting", "offered", "confirmed", "attended", "no_show"),
    *("rejected", "cancelled", "submitted", "registered"),
    *("declined", "substituted", "lapsed", "withdrawn"),
)
"""Of registrations, and of nominations that have none yet."""
Value = TypeVar("Value")
Audience = Mapping[str, Any]
"""{organisation_id, subtree} | {workshop_id, states} | {segment_id} | {person_ids}; exclude."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in an audience. kind: person, or attendance of a guest. guest: address and name."""

    kind: str
    subject_id: UUID
    association_id: UUID | None
    guest: tuple[str, str] | None = None


def people_of(session: Session, audience: Audience, *, today: date) -> Iterator[Candidate]:
    """All in the audience but those it excludes, once each; who was erased is in none.

    One by one: a hundred thousand at once would take 50 MB.
    """
    excluded = [
        each for other in audience.get("exclude") or () for each in _all_of(session, other, today)
    ]
    gone = {each.subject_id for each in excluded}
    guests = {each.guest for each in excluded if each.guest}
    gone |= _known_as(session, guests)
    seen = set[Any]()
    for each in _all_of(session, audience, today):
        key = each.guest or each.subject_id.int
        if key not in seen:
            seen.add(key)
            if each.subject_id not in gone and each.guest not in guests:
                yield each


def _all_of(session: Session, audience: Audience, today: date) -> Iterator[Candidate]:
    if "workshop_id" in audience:
        states = audience.get("states") or TOLD_STATES
        return _roster(session, UUID(str(audience["workshop_id"])), states)
    if "segment_id" in audience:
        return _segment(session, UUID(str(audience["segment_id"])), today)
    if "person_ids" in audience:
        return _people(session, [UUID(str(each)) for each in audience["person_ids"]], today)
    organisation_id = UUID(str(audience["organisation_id"]))
    labels = {organisation_id: organisation_id}
    if audience.get("subtree", True):
        labels = _labels_below(session, organisation_id)
    return _holders(session, labels, today)


def _in_parts(values: Collection[Value]) -> Iterator[Sequence[Value]]:
    every = list(values)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


def _labels_below(session: Session, root_id: UUID) -> dict[UUID, UUID]:
    """Organisation → the association that it counts for: itself, or a company's first host."""
    labels = {root_id: root_id}
    level: list[UUID] = [root_id]
    while level:
        found: list[UUID] = []
        for part in _in_parts(level):
            query = (
                select(MembershipCopy.member_id, MembershipCopy.host_id, OrganisationCopy.kind)
                .outerjoin(OrganisationCopy, OrganisationCopy.id == MembershipCopy.member_id)
                .where(is_among(session, MembershipCopy.host_id, part), MembershipCopy.is_active)
                .order_by(MembershipCopy.id)
            )
            for row in session.execute(query):
                if row.member_id not in labels:
                    is_company = row.kind == COMPANY
                    labels[row.member_id] = labels[row.host_id] if is_company else row.member_id
                    found.append(row.member_id)
        level = found
    return labels


def is_active_post(today: date) -> ColumnElement[bool]:
    """Posts that are held on that day."""
    return and_(
        PostCopy.is_over.is_(False),
        or_(PostCopy.starts_on.is_(None), PostCopy.starts_on <= today),
        or_(PostCopy.ends_on.is_(None), PostCopy.ends_on >= today),
    )


def _holders(session: Session, labels: Mapping[UUID, UUID], today: date) -> Iterator[Candidate]:
    """Those who work or hold an office there now."""
    for part in _in_parts(labels):
        query = (
            select(PostCopy.person_id, PostCopy.organisation_id)
            .join(Recipient, Recipient.id == PostCopy.person_id)
            .where(is_among(session, PostCopy.organisation_id, part))
            .where(is_active_post(today), Recipient.is_erased.is_(False))
            .order_by(PostCopy.person_id, PostCopy.id)
            .execution_options(yield_per=FETCHED)
        )
        for row in session.execute(query):
            yield Candidate(PERSON, row.person_id, labels[row.organisation_id])


def _people(session: Session, ids: Collection[UUID], today: date) -> Iterator[Candidate]:
    for part in _in_parts(ids):
        known = select(Recipient.id).where(
            is_among(session, Recipient.id, part), Recipient.is_erased.is_(False)
        )
        posts = (
            select(PostCopy.person_id, PostCopy.organisation_id)
            .where(is_among(session, PostCopy.person_id, part), is_active_post(today))
            .order_by(PostCopy.id.desc())
        )
        places = {row.person_id: row.organisation_id for row in session.execute(posts)}
        labels = labels_of(session, set(places.values()))
        for person_id in session.scalars(known.order_by(Recipient.id)):
            place = places.get(person_id)
            yield Candidate(PERSON, person_id, labels.get(place, place) if place else None)


def labels_of(session: Session, organisation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Organisation → the association that it counts for: a company's first host, else itself."""
    labels = {each: each for each in organisation_ids}
    for part in _in_parts(organisation_ids):
        query = (
            select(MembershipCopy.member_id, MembershipCopy.host_id)
            .join(OrganisationCopy, OrganisationCopy.id == MembershipCopy.member_id)
            .where(is_among(session, MembershipCopy.member_id, part), MembershipCopy.is_active)
            .where(OrganisationCopy.kind == COMPANY)
            .order_by(MembershipCopy.id.desc())
        )
        labels |= {row.member_id: row.host_id for row in session.execute(query)}
    return labels


def _segment(session: Session, segment_id: UUID, today: date) -> Iterator[Candidate]:
    segment = session.get_one(SegmentCopy, segment_id)
    ids = session.scalars(
        select(SegmentMemberCopy.member_id)
        .where(SegmentMemberCopy.segment_id == segment_id, SegmentMemberCopy.is_member)
        .order_by(SegmentMemberCopy.member_id)
    ).all()
    if segment.kind == "organisations":
        return _holders(session, labels_of(session, ids), today)
    return _people(session, ids, today)


def _roster(session: Session, workshop_id: UUID, states: Sequence[str]) -> Iterator[Candidate]:
    """A registration before a nomination of the same person."""
    query = select(
        AttendanceCopy.id,
        AttendanceCopy.person_id,
        AttendanceCopy.organisation_id,
        AttendanceCopy.email_key,
        AttendanceCopy.name,
    ).where(AttendanceCopy.workshop_id == workshop_id, AttendanceCopy.state.in_(states))
    rows = session.execute(query.order_by(AttendanceCopy.kind.desc(), AttendanceCopy.id)).all()
    labels = labels_of(session, {row.organisation_id for row in rows if row.organisation_id})
    for row in rows:
        label = labels.get(row.organisation_id)
        if row.person_id is not None:
            yield Candidate(PERSON, row.person_id, label)
        else:
            guest = (row.email_key, fold(row.name))
            yield Candidate(ATTENDANCE, row.id, label, guest)


def _known_as(session: Session, guests: Collection[tuple[str, str] | None]) -> set[UUID]:
    """People whose address and name somebody came with as a guest."""
    emails = {guest[0] for guest in guests if guest}
    found = set[UUID]()
    for part in _in_parts(emails):
        query = select(Recipient).where(is_among(session, func.lower(Recipient.email), part))
        for each in session.scalars(query):
            forms = {fold(PersonName(**name).full) for name in each.names}
            if any((fold_email(each.email or ""), form) in guests for form in forms):
                found.add(each.id)
    return found

"""Calls and submissions as an asker may see them.

Organizers see all of their workshop, reviewers those of their call without their own, submitters
their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, String, and_, cast, func, not_, select
from sqlalchemy.orm import Session

from services.events.model import (
    Call,
    CallReviewer,
    PersonCopy,
    Review,
    Submission,
    Transition,
    Workshop,
)
from services.events.model.call import UNDECIDED
from services.events.model.link import find_link
from services.events.queries.scopes import may_organize
from services.events.queries.workshops import get_organized, get_workshop
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker
from shared.foundation.names import fold_email

NAMING: Final = ("name", "email", "speakers")
"""What says whose a submission is."""
NOBODY: Final = "nobody"
"""In place of an address that the asker has not: no speaker's address reads so."""


@dataclass(frozen=True)
class Ranked:
    """A submission with what its reviews come to. spread: between the best and the worst."""

    submission: Submission
    score: float | None
    spread: float | None
    reviews: int
    conflicts: int


def find_call(session: Session, workshop_id: UUID) -> Call | None:
    """The workshop's call, if it has one."""
    return session.scalars(select(Call).where(Call.workshop_id == workshop_id)).one_or_none()


def get_call(session: Session, workshop_id: UUID, asker: Asker) -> tuple[Call, Workshop]:
    """The workshop's call: a published one for whoever sees the workshop. Raises NotFound."""
    workshop = get_workshop(session, workshop_id, asker)
    found = find_call(session, workshop.id)
    if found is not None and (found.is_published or may_organize(session, asker, workshop.host_id)):
        return found, workshop
    raise NotFound("This workshop has no call for contributions.")


def get_organized_call(session: Session, workshop_id: UUID, asker: Asker) -> tuple[Call, Workshop]:
    """The same, for the workshop's organizers. Raises NotFound, or Forbidden where it is seen."""
    workshop = get_organized(session, workshop_id, asker)
    return get_call(session, workshop.id, asker)


def is_submitter(found: Submission, asker: Asker) -> bool:
    """Whether it is the asker's own, by account or by link."""
    link = find_link(asker.link)
    if link is not None:
        return link.opens("submission", found.id, found.secret)
    return asker.person_id is not None and asker.person_id == found.person_id


def get_own_submission(session: Session, submission_id: UUID, asker: Asker) -> Submission:
    """The submission, for its submitter alone. Raises NotFound."""
    found = session.get(Submission, submission_id)
    if found is not None and is_submitter(found, asker):
        return found
    raise NotFound("There is no such submission.")


def get_organized_submission(
    session: Session, submission_id: UUID, asker: Asker
) -> tuple[Submission, Workshop]:
    """The submission, for the organizers. Raises NotFound."""
    found = session.get(Submission, submission_id)
    if found is not None:
        workshop = session.get_one(Workshop, found.workshop_id)
        if may_organize(session, asker, workshop.host_id):
            return found, workshop
        if is_submitter(found, asker):
            raise Forbidden("Only the organizers of this workshop may do this.")
    raise NotFound("There is no such submission.")


def get_reviewed(session: Session, submission_id: UUID, asker: Asker) -> tuple[Submission, Call]:
    """The submission, for a reviewer of its call whose own it is not. Raises NotFound."""
    found = session.get(Submission, submission_id)
    if found is not None and is_reviewer_of(session, submission_id, asker):
        return found, session.get_one(Call, found.call_id)
    raise NotFound("There is no such submission.")


def get_seen(session: Session, submission_id: UUID, asker: Asker) -> tuple[Submission, str]:
    """The submission and as whom the asker sees it: submitter, organizer or reviewer."""
    found = session.get(Submission, submission_id)
    if found is not None:
        workshop = session.get_one(Workshop, found.workshop_id)
        if is_submitter(found, asker):
            return found, "submitter"
        if may_organize(session, asker, workshop.host_id):
            return found, "organizer"
        get_reviewed(session, submission_id, asker)
        return found, "reviewer"
    raise NotFound("There is no such submission.")


def to_review(asker: Asker) -> Select[Submission]:
    """What the asker reviews, in no order yet: never their own, nor what they speak in."""
    return _reviewed_by(asker.person_id, asker.identity.email if asker.identity else None)


def left_to_review(session: Session, call: Call, person_id: UUID) -> int:
    """How many undecided submissions the call has that wait for the reviewer's word."""
    person = session.get_one(PersonCopy, person_id)
    query = _reviewed_by(person_id, person.email).where(Submission.call_id == call.id)
    return _count_left(session, query, person_id)


def _reviewed_by(person_id: UUID | None, address: str | None) -> Select[Submission]:
    email = fold_email(address) if address else ""
    mine = and_(CallReviewer.call_id == Submission.call_id, CallReviewer.person_id == person_id)
    spoken = func.lower(cast(Submission.speakers, String))
    query = select(Submission).join(CallReviewer, mine)
    return query.where(
        Submission.state != "withdrawn",
        Submission.person_id.is_distinct_from(person_id),
        Submission.email_key != email,
        not_(spoken.contains(f'"{email or NOBODY}"', autoescape=True)),
    )


def count_to_review(session: Session, asker: Asker) -> int:
    """How many wait for the asker's review: undecided, and nothing said of them yet."""
    return _count_left(session, to_review(asker), asker.person_id)


def _count_left(session: Session, query: Select[Submission], person_id: UUID | None) -> int:
    said = select(Review.submission_id).where(Review.person_id == person_id)
    left = query.where(Submission.state.in_(UNDECIDED), Submission.id.not_in(said))
    return session.scalar(select(func.count()).select_from(left.subquery())) or 0


def calls_to_review(session: Session, asker: Asker) -> list[tuple[Call, Workshop]]:
    """The calls that the asker reviews for, latest to close first."""
    query = (
        select(Call, Workshop)
        .join(Workshop, Workshop.id == Call.workshop_id)
        .join(CallReviewer, CallReviewer.call_id == Call.id)
        .where(CallReviewer.person_id == asker.person_id)
        .order_by(Call.closes_at.desc(), Call.id)
    )
    return [(call, workshop) for call, workshop in session.execute(query)]


def reviewers_of(session: Session, call_id: UUID) -> list[UUID]:
    """The people who review for the call."""
    query = select(CallReviewer.person_id).where(CallReviewer.call_id == call_id)
    return list(session.scalars(query.order_by(CallReviewer.person_id)))


def reviews_of(session: Session, submission_ids: Sequence[UUID]) -> list[Review]:
    """All that was said of these, in order of time."""
    query = select(Review).where(Review.submission_id.in_(submission_ids))
    return list(session.scalars(query.order_by(Review.written_at, Review.person_id)))


def by_submission(session: Session, submissions: Sequence[Submission]) -> dict[UUID, list[Review]]:
    """submission id → its reviews, in order of time; nothing of one that has none."""
    said: dict[UUID, list[Review]] = {}
    for review in reviews_of(session, [each.id for each in submissions]):
        said.setdefault(review.submission_id, []).append(review)
    return said


def with_scores(session: Session, submissions: Sequence[Submission]) -> list[Ranked]:
    """The submissions in their order, with what their reviews come to."""
    said = by_submission(session, submissions)
    return [_ranked(each, said.get(each.id, [])) for each in submissions]


def ranking(session: Session, call: Call) -> list[Ranked]:
    """All of the call, best first; those without a score after them, withdrawn ones last."""
    query = submissions_to(call).order_by(Submission.id)
    found = with_scores(session, list(session.scalars(query)))
    return sorted(
        found, key=lambda each: (each.submission.state == "withdrawn", -(each.score or 0))
    )


def _ranked(submission: Submission, reviews: Sequence[Review]) -> Ranked:
    scores = [each.score for each in reviews if each.score is not None]
    return Ranked(
        submission,
        round(mean(scores), 2) if scores else None,
        round(max(scores) - min(scores), 2) if scores else None,
        len(scores),
        sum(each.has_conflict for each in reviews),
    )


def history_of(session: Session, found: Submission) -> list[Transition]:
    """Its steps, oldest first."""
    query = select(Transition).where(
        Transition.subject == Submission.__tablename__, Transition.subject_id == found.id
    )
    return list(session.scalars(query.order_by(Transition.number)))


def submissions_to(call: Call) -> Select[Submission]:
    """All of the call, in no order yet."""
    return select(Submission).where(Submission.call_id == call.id)


def as_seen_by(session: Session, found: Submission, role: str, asker: Asker) -> dict[str, Any]:
    """What it shows to a submitter, organizer or reviewer.

    Of a blind call reviewers see nobody's name; after they declared a conflict, no text either.
    """
    plain = {column.key: getattr(found, column.key) for column in Submission.__table__.columns}
    if role != "reviewer":
        return plain
    if session.get_one(Call, found.call_id).is_blind:
        plain = {name: each for name, each in plain.items() if name not in NAMING}
        plain["filename"] = None
    if has_conflict(session, found, asker):
        plain["abstract"], plain["filename"] = "", None
    return plain


def find_review(session: Session, found: Submission, asker: Asker) -> Review | None:
    """What the reviewer said of it."""
    return session.get(Review, (found.id, asker.person_id))


def has_conflict(session: Session, found: Submission, asker: Asker) -> bool:
    """Whether the reviewer has declared one."""
    said = find_review(session, found, asker)
    return said is not None and said.has_conflict


def get_submission_file(session: Session, submission_id: UUID, asker: Asker) -> Submission:
    """The submission whose file the asker may have. Raises NotFound."""
    found, role = get_seen(session, submission_id, asker)
    if as_seen_by(session, found, role, asker)["filename"] is None:
        raise NotFound("There is no such file.")
    return found


def is_reviewer_of(session: Session, submission_id: UUID, asker: Asker) -> bool:
    """Whether the asker reviews it: of its call, and not their own."""
    query = to_review(asker).where(Submission.id == submission_id)
    return session.scalars(query).one_or_none() is not None


def has_open_call(session: Session, workshop_id: UUID, *, now: datetime) -> bool:
    """Whether anyone may submit a contribution to the workshop."""
    found = find_call(session, workshop_id)
    return found is not None and found.is_open(now)

"""What must come before a run of a course, and letting somebody in without it."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.failures import PrerequisitesLacking
from services.events.model import Course, PrerequisiteWaiver, Workshop
from services.events.queries.courses import get_run
from services.events.queries.prerequisites import Learner, refused
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email
from shared.foundation.sentences import Sentence, said


def require_prerequisites(
    session: Session, workshop: Workshop, learners: Sequence[Learner]
) -> None:
    """Raise PrerequisitesLacking, which says who lacks what, where the course requires others.

    Nothing is asked of a workshop that is no run of a course.
    """
    if workshop.course_id is None:
        return
    found = refused(session, workshop, learners)
    if not found:
        return
    lacks = (
        said(
            "%(name)s needs a certificate of %(courses)s first.",
            name=learner.name,
            courses=_named(courses),
        )
        for learner, courses in found
    )
    failure = PrerequisitesLacking(
        said("%(lacks)s The organizer can let people in without it.", lacks=reduce(_then, lacks))
    )
    failure.lacking = [
        (learner.name, [each.names for each in courses]) for learner, courses in found
    ]
    raise failure


def _then(one: Sentence, other: Sentence) -> Sentence:
    return said("%(one)s %(other)s", one=one, other=other)


def _named(courses: Sequence[Course]) -> Sentence:
    first, *others = courses
    named = said("%(course)s", course=first.names)
    for each in others:
        named = said("%(one)s and %(other)s", one=named, other=each.names)
    return named


def waive(
    session: Session,
    workshop: Workshop,
    email: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> PrerequisiteWaiver:
    """Whoever has the address may come to the run without the earlier courses. Twice is once."""
    get_run(session, workshop)
    session.get(Workshop, workshop.id, with_for_update={"key_share": True})
    mine = PrerequisiteWaiver.email_key == fold_email(email)
    query = select(PrerequisiteWaiver).where(PrerequisiteWaiver.workshop_id == workshop.id, mine)
    found = session.scalars(query).one_or_none()
    if found is not None:
        return found
    made = PrerequisiteWaiver(
        id=new_id(),
        workshop_id=workshop.id,
        email=email,
        email_key=fold_email(email),
        reason=reason,
        actor=actor,
        given_at=now,
    )
    session.add(made)
    session.flush()
    return made


def end_waiver(session: Session, waiver: PrerequisiteWaiver) -> None:
    """The address needs the earlier courses again; who is registered stays so."""
    session.delete(waiver)
    session.flush()

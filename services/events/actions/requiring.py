"""What must come before a run of a course, and letting somebody in without it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.failures import PrerequisitesLacking
from services.events.model import Course, PrerequisiteWaiver, Workshop
from services.events.queries.courses import get_run
from services.events.queries.prerequisites import Learner, refused
from shared.foundation.ids import new_id
from shared.foundation.languages import ENGLISH, in_language
from shared.foundation.names import fold_email

LETTING_IN: Final = "The organizer can let people in without it."


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
    said = [
        f"{learner.name} needs a certificate of {_named(courses)} first."
        for learner, courses in found
    ]
    failure = PrerequisitesLacking(" ".join([*said, LETTING_IN]))
    failure.lacking = [
        (learner.name, [each.names for each in courses]) for learner, courses in found
    ]
    raise failure


def _named(courses: Sequence[Course]) -> str:
    return " and ".join(in_language(each.names, ENGLISH) for each in courses)


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
